import { createRootRoute, createRoute, Outlet } from '@tanstack/react-router'
import { Frame } from './shell/frame.tsx'
import { Gate } from './shell/gate.tsx'
import { NoPage } from './shell/no-page.tsx'

export const root = createRootRoute({ component: Gate, notFoundComponent: NoPage })
export const frame = createRoute({
  getParentRoute: () => root,
  id: 'frame',
  component: Frame,
  notFoundComponent: NoPage,
})
/** A folder of pages. */
export const nested = { component: Outlet }
export const door = { getParentRoute: () => root } as const
export const inside = { getParentRoute: () => frame } as const
