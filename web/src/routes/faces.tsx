import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { root, inside } from './frame.tsx'

const overview = createRoute({
  ...inside,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/faces/overview/overview.tsx'), 'Overview'),
})
const dashboards = createRoute({
  ...inside,
  path: '/dashboards',
  component: lazyRouteComponent(() => import('../pages/faces/dashboards/dashboard-list.tsx'), 'DashboardList'),
})
const dashboard = createRoute({
  ...inside,
  path: '/dashboards/$id',
  component: lazyRouteComponent(() => import('../pages/faces/dashboards/dashboard-page.tsx'), 'DashboardPage'),
})
// Beside the frame: on a wall nothing else is shown.
const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  component: lazyRouteComponent(() => import('../pages/faces/dashboards/wall/wall.tsx'), 'Wall'),
})

/** Inside the frame. */
export const faces = [overview, dashboards, dashboard]

/** Beside the frame. */
export const facesBeside = [wall]
