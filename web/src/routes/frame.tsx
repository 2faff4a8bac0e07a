import { createRootRoute, createRoute, Outlet } from '@tanstack/react-router'
import { Frame } from '../shell/frame.tsx'
import { Gate } from '../shell/gate.tsx'
import { NoPage } from '../shell/no-page.tsx'

export const root = createRootRoute({ component: Gate, notFoundComponent: NoPage })
export const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: Frame,
  notFoundComponent: NoPage,
})

/** Of a page that only holds others. */
export const nested = { component: Outlet }
/** Of pages beside the frame. */
export const door = { getParentRoute: () => root } as const
/** Of pages inside the frame. */
export const inside = { getParentRoute: () => frame } as const
