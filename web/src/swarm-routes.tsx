import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { inside, nested } from './route-frame.tsx'

const swarms = createRoute({ ...inside, path: '/swarms', ...nested })
const swarmList = createRoute({
  getParentRoute: () => swarms,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/workloads/swarm/swarm-list.tsx'), 'SwarmList'),
})
const swarmPage = lazyRouteComponent(() => import('./pages/workloads/swarm/swarm-page.tsx'), 'SwarmPage')
const swarm = createRoute({ getParentRoute: () => swarms, path: '$swarm', component: swarmPage })
const swarmTab = createRoute({ getParentRoute: () => swarms, path: '$swarm/$tab', component: swarmPage })
const swarmNode = createRoute({
  getParentRoute: () => swarms,
  path: '$swarm/nodes/$node',
  component: lazyRouteComponent(() => import('./pages/workloads/swarm/nodes/node-page.tsx'), 'NodePage'),
})
const taskTerminal = createRoute({
  getParentRoute: () => swarms,
  path: '$swarm/tasks/$task',
  component: lazyRouteComponent(() => import('./pages/workloads/swarm/tasks/task-terminal.tsx'), 'TaskTerminal'),
})
const newSwarmService = createRoute({
  ...inside,
  path: '/swarm-services/new',
  component: lazyRouteComponent(() => import('./pages/workloads/swarm/form/new-service.tsx'), 'NewSwarmService'),
})
const editSwarmService = createRoute({
  ...inside,
  path: '/swarm-services/$id/edit',
  component: lazyRouteComponent(() => import('./pages/workloads/swarm/form/edit-service.tsx'), 'EditSwarmService'),
})

export const swarmRoutes = [
  swarms.addChildren([swarmList, swarm, swarmTab, swarmNode, taskTerminal]),
  newSwarmService,
  editSwarmService,
] as const
