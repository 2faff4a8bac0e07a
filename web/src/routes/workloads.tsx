import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { inside, nested } from './frame.tsx'

const services = createRoute({ ...inside, path: '/services', ...nested })
const serviceList = createRoute({
  getParentRoute: () => services,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/workloads/services/service-list.tsx'), 'ServiceList'),
})
const servicePage = lazyRouteComponent(() => import('../pages/workloads/service/service-page.tsx'), 'ServicePage')
const service = createRoute({ getParentRoute: () => services, path: '$id', component: servicePage })
const serviceTab = createRoute({ getParentRoute: () => services, path: '$id/$tab', component: servicePage })
const terminal = createRoute({
  ...inside,
  path: '/terminals/$id',
  component: lazyRouteComponent(() => import('../pages/workloads/terminals/terminal-page.tsx'), 'TerminalPage'),
})
const newContainer = createRoute({
  ...inside,
  path: '/containers/new',
  component: lazyRouteComponent(() => import('../pages/workloads/containers/new-container.tsx'), 'NewContainer'),
})
const editContainer = createRoute({
  ...inside,
  path: '/containers/$id/edit',
  component: lazyRouteComponent(() => import('../pages/workloads/containers/edit-container.tsx'), 'EditContainer'),
})
const stacks = createRoute({ ...inside, path: '/stacks', ...nested })
const stackList = createRoute({
  getParentRoute: () => stacks,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/workloads/stacks/stack-list.tsx'), 'StackList'),
})
const applyStack = lazyRouteComponent(() => import('../pages/workloads/stacks/apply/apply-stack.tsx'), 'ApplyStack')
const newStack = createRoute({ getParentRoute: () => stacks, path: 'new', component: applyStack })
const editStack = createRoute({ getParentRoute: () => stacks, path: '$id/edit', component: applyStack })
const stack = createRoute({
  getParentRoute: () => stacks,
  path: '$id',
  component: lazyRouteComponent(() => import('../pages/workloads/stacks/stack-page.tsx'), 'StackPage'),
})
const stackHistory = createRoute({
  getParentRoute: () => stacks,
  path: '$id/history',
  component: lazyRouteComponent(() => import('../pages/workloads/stacks/stack-page.tsx'), 'StackPage'),
})
const deployments = createRoute({ ...inside, path: '/deployments', ...nested })
const deploymentList = createRoute({
  getParentRoute: () => deployments,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/workloads/deployments/deployment-list.tsx'), 'DeploymentList'),
})
const newDeployment = createRoute({
  getParentRoute: () => deployments,
  path: 'new',
  component: lazyRouteComponent(() => import('../pages/workloads/deploy/deploy-page.tsx'), 'DeployPage'),
})
const deployment = createRoute({
  getParentRoute: () => deployments,
  path: '$id',
  component: lazyRouteComponent(() => import('../pages/workloads/deployment/deployment-page.tsx'), 'DeploymentPage'),
})
const releases = createRoute({
  ...inside,
  path: '/releases',
  component: lazyRouteComponent(() => import('../pages/workloads/releases/release-list.tsx'), 'ReleaseList'),
})
const comparison = createRoute({
  ...inside,
  path: '/releases/$id/compare/$with',
  component: lazyRouteComponent(() => import('../pages/workloads/releases/comparison.tsx'), 'Comparison'),
})
const backups = createRoute({
  ...inside,
  path: '/backups',
  component: lazyRouteComponent(() => import('../pages/workloads/backups/backup-list.tsx'), 'BackupList'),
})
const backup = createRoute({
  ...inside,
  path: '/backups/$id',
  component: lazyRouteComponent(() => import('../pages/workloads/backups/backup-page.tsx'), 'BackupPage'),
})
const volumes = createRoute({
  ...inside,
  path: '/volumes',
  component: lazyRouteComponent(() => import('../pages/workloads/volumes/volume-list.tsx'), 'VolumeList'),
})
const volume = createRoute({
  ...inside,
  path: '/volumes/$target/$name',
  component: lazyRouteComponent(() => import('../pages/workloads/volumes/volume-page.tsx'), 'VolumePage'),
})
const networks = createRoute({
  ...inside,
  path: '/networks',
  component: lazyRouteComponent(() => import('../pages/workloads/networks/network-list.tsx'), 'NetworkList'),
})
const network = createRoute({
  ...inside,
  path: '/networks/$target/$network',
  component: lazyRouteComponent(() => import('../pages/workloads/networks/network-page.tsx'), 'NetworkPage'),
})
const triggers = createRoute({
  ...inside,
  path: '/triggers',
  component: lazyRouteComponent(() => import('../pages/workloads/triggers/trigger-list.tsx'), 'TriggerList'),
})
const images = createRoute({ ...inside, path: '/images', ...nested })
const imageList = createRoute({
  getParentRoute: () => images,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/workloads/images/image-list.tsx'), 'ImageList'),
})
const image = createRoute({
  getParentRoute: () => images,
  path: '$id',
  component: lazyRouteComponent(() => import('../pages/workloads/images/image-page.tsx'), 'ImagePage'),
})
const swarms = createRoute({ ...inside, path: '/swarms', ...nested })
const swarmList = createRoute({
  getParentRoute: () => swarms,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/workloads/swarm/swarm-list.tsx'), 'SwarmList'),
})
const swarmPage = lazyRouteComponent(() => import('../pages/workloads/swarm/swarm-page.tsx'), 'SwarmPage')
const swarm = createRoute({ getParentRoute: () => swarms, path: '$swarm', component: swarmPage })
const swarmTab = createRoute({ getParentRoute: () => swarms, path: '$swarm/$tab', component: swarmPage })
const swarmNode = createRoute({
  getParentRoute: () => swarms,
  path: '$swarm/nodes/$node',
  component: lazyRouteComponent(() => import('../pages/workloads/swarm/nodes/node-page.tsx'), 'NodePage'),
})
const taskTerminal = createRoute({
  getParentRoute: () => swarms,
  path: '$swarm/tasks/$task',
  component: lazyRouteComponent(() => import('../pages/workloads/swarm/tasks/task-terminal.tsx'), 'TaskTerminal'),
})
const newSwarmService = createRoute({
  ...inside,
  path: '/swarm-services/new',
  component: lazyRouteComponent(() => import('../pages/workloads/swarm/form/new-service.tsx'), 'NewSwarmService'),
})
const editSwarmService = createRoute({
  ...inside,
  path: '/swarm-services/$id/edit',
  component: lazyRouteComponent(() => import('../pages/workloads/swarm/form/edit-service.tsx'), 'EditSwarmService'),
})

/** Inside the frame. */
export const workloads = [
  services.addChildren([serviceList, service, serviceTab]),
  newContainer,
  editContainer,
  terminal,
  stacks.addChildren([stackList, newStack, editStack, stackHistory, stack]),
  deployments.addChildren([deploymentList, newDeployment, deployment]),
  releases,
  comparison,
  backups,
  backup,
  volumes,
  volume,
  networks,
  network,
  triggers,
  images.addChildren([imageList, image]),
  swarms.addChildren([swarmList, swarm, swarmTab, swarmNode, taskTerminal]),
  newSwarmService,
  editSwarmService,
]
