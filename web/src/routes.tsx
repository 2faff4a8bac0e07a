import { createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { door, frame, inside, nested, root } from './route-frame.tsx'
import { swarmRoutes } from './swarm-routes.tsx'

const login = createRoute({
  ...door,
  path: '/login',
  component: lazyRouteComponent(() => import('./pages/identity/door/login.tsx'), 'Login'),
})
const setup = createRoute({
  ...door,
  path: '/setup',
  component: lazyRouteComponent(() => import('./pages/identity/door/setup.tsx'), 'Setup'),
})

const overview = createRoute({
  ...inside,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/faces/overview/overview.tsx'), 'Overview'),
})
const services = createRoute({ ...inside, path: '/services', ...nested })
const serviceList = createRoute({
  getParentRoute: () => services,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/workloads/services/service-list.tsx'), 'ServiceList'),
})
const servicePage = lazyRouteComponent(() => import('./pages/workloads/service/service-page.tsx'), 'ServicePage')
const service = createRoute({ getParentRoute: () => services, path: '$id', component: servicePage })
const serviceTab = createRoute({ getParentRoute: () => services, path: '$id/$tab', component: servicePage })
const terminal = createRoute({
  ...inside,
  path: '/terminals/$id',
  component: lazyRouteComponent(() => import('./pages/workloads/terminals/terminal-page.tsx'), 'TerminalPage'),
})
const newContainer = createRoute({
  ...inside,
  path: '/containers/new',
  component: lazyRouteComponent(() => import('./pages/workloads/containers/new-container.tsx'), 'NewContainer'),
})
const editContainer = createRoute({
  ...inside,
  path: '/containers/$id/edit',
  component: lazyRouteComponent(() => import('./pages/workloads/containers/edit-container.tsx'), 'EditContainer'),
})
const stacks = createRoute({ ...inside, path: '/stacks', ...nested })
const stackList = createRoute({
  getParentRoute: () => stacks,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/workloads/stacks/stack-list.tsx'), 'StackList'),
})
const applyStack = lazyRouteComponent(() => import('./pages/workloads/stacks/apply/apply-stack.tsx'), 'ApplyStack')
const newStack = createRoute({ getParentRoute: () => stacks, path: 'new', component: applyStack })
const editStack = createRoute({ getParentRoute: () => stacks, path: '$id/edit', component: applyStack })
const stack = createRoute({
  getParentRoute: () => stacks,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/workloads/stacks/stack-page.tsx'), 'StackPage'),
})
const stackHistory = createRoute({
  getParentRoute: () => stacks,
  path: '$id/history',
  component: lazyRouteComponent(() => import('./pages/workloads/stacks/stack-page.tsx'), 'StackPage'),
})
const deployments = createRoute({ ...inside, path: '/deployments', ...nested })
const deploymentList = createRoute({
  getParentRoute: () => deployments,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/workloads/deployments/deployment-list.tsx'), 'DeploymentList'),
})
const newDeployment = createRoute({
  getParentRoute: () => deployments,
  path: 'new',
  component: lazyRouteComponent(() => import('./pages/workloads/deploy/deploy-page.tsx'), 'DeployPage'),
})
const deployment = createRoute({
  getParentRoute: () => deployments,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/workloads/deployment/deployment-page.tsx'), 'DeploymentPage'),
})
const releases = createRoute({
  ...inside,
  path: '/releases',
  component: lazyRouteComponent(() => import('./pages/workloads/releases/release-list.tsx'), 'ReleaseList'),
})
const comparison = createRoute({
  ...inside,
  path: '/releases/$id/compare/$with',
  component: lazyRouteComponent(() => import('./pages/workloads/releases/comparison.tsx'), 'Comparison'),
})
const backups = createRoute({
  ...inside,
  path: '/backups',
  component: lazyRouteComponent(() => import('./pages/workloads/backups/backup-list.tsx'), 'BackupList'),
})
const backup = createRoute({
  ...inside,
  path: '/backups/$id',
  component: lazyRouteComponent(() => import('./pages/workloads/backups/backup-page.tsx'), 'BackupPage'),
})
const volumes = createRoute({
  ...inside,
  path: '/volumes',
  component: lazyRouteComponent(() => import('./pages/workloads/volumes/volume-list.tsx'), 'VolumeList'),
})
const volume = createRoute({
  ...inside,
  path: '/volumes/$target/$name',
  component: lazyRouteComponent(() => import('./pages/workloads/volumes/volume-page.tsx'), 'VolumePage'),
})
const networks = createRoute({
  ...inside,
  path: '/networks',
  component: lazyRouteComponent(() => import('./pages/workloads/networks/network-list.tsx'), 'NetworkList'),
})
const network = createRoute({
  ...inside,
  path: '/networks/$target/$network',
  component: lazyRouteComponent(() => import('./pages/workloads/networks/network-page.tsx'), 'NetworkPage'),
})
const triggers = createRoute({
  ...inside,
  path: '/triggers',
  component: lazyRouteComponent(() => import('./pages/workloads/triggers/trigger-list.tsx'), 'TriggerList'),
})
const notifications = createRoute({
  ...inside,
  path: '/notifications',
  component: lazyRouteComponent(() => import('./pages/observation/notifications/channel-list.tsx'), 'ChannelList'),
})
const images = createRoute({ ...inside, path: '/images', ...nested })
const imageList = createRoute({
  getParentRoute: () => images,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/workloads/images/image-list.tsx'), 'ImageList'),
})
const image = createRoute({
  getParentRoute: () => images,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/workloads/images/image-page.tsx'), 'ImagePage'),
})
const registries = createRoute({ ...inside, path: '/registries', ...nested })
const registryList = createRoute({
  getParentRoute: () => registries,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/inventory/registries/registry-list.tsx'), 'RegistryList'),
})
const registry = createRoute({
  getParentRoute: () => registries,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/inventory/registries/registry-page.tsx'), 'RegistryPage'),
})
const targets = createRoute({
  ...inside,
  path: '/targets',
  component: lazyRouteComponent(() => import('./pages/inventory/targets/target-list.tsx'), 'TargetList'),
})
const compareHosts = createRoute({
  ...inside,
  path: '/targets/compare',
  component: lazyRouteComponent(() => import('./pages/inventory/hosts/compare-hosts.tsx'), 'CompareHosts'),
})
const target = createRoute({
  ...inside,
  path: '/targets/$id',
  component: lazyRouteComponent(() => import('./pages/inventory/targets/target-page.tsx'), 'TargetPage'),
})
const engine = createRoute({
  ...inside,
  path: '/targets/$id/engine',
  component: lazyRouteComponent(() => import('./pages/inventory/engine/engine-page.tsx'), 'EnginePage'),
})
const policies = createRoute({
  ...inside,
  path: '/policies',
  component: lazyRouteComponent(() => import('./pages/inventory/policies/policy-page.tsx'), 'PolicyPage'),
})
const configs = createRoute({ ...inside, path: '/configs', ...nested })
const configList = createRoute({
  getParentRoute: () => configs,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/inventory/configs/config-list.tsx'), 'ConfigList'),
})
const newConfig = createRoute({
  getParentRoute: () => configs,
  path: 'new',
  component: lazyRouteComponent(() => import('./pages/inventory/configs/new-config.tsx'), 'NewConfig'),
})
const configPage = lazyRouteComponent(() => import('./pages/inventory/configs/config-page.tsx'), 'ConfigPage')
const config = createRoute({ getParentRoute: () => configs, path: '$id', component: configPage })
const configTab = createRoute({ getParentRoute: () => configs, path: '$id/$tab', component: configPage })
const certificates = createRoute({ ...inside, path: '/certificates', ...nested })
const certificateList = createRoute({
  getParentRoute: () => certificates,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/inventory/certificates/certificate-list.tsx'), 'CertificateList'),
})
const certificate = createRoute({
  getParentRoute: () => certificates,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/inventory/certificates/certificate-page.tsx'), 'CertificatePage'),
})
const metrics = createRoute({
  ...inside,
  path: '/metrics',
  component: lazyRouteComponent(() => import('./pages/observation/metrics/metrics.tsx'), 'Metrics'),
})
const logs = createRoute({ ...inside, path: '/logs', ...nested })
const logSearch = createRoute({
  getParentRoute: () => logs,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/observation/logs/logs.tsx'), 'Logs'),
})
const liveLogs = createRoute({
  getParentRoute: () => logs,
  path: 'live',
  component: lazyRouteComponent(() => import('./pages/observation/logs/live/live-logs.tsx'), 'LiveLogs'),
})
const logPatterns = createRoute({
  getParentRoute: () => logs,
  path: 'patterns',
  component: lazyRouteComponent(() => import('./pages/observation/logs/patterns/log-patterns.tsx'), 'LogPatterns'),
})
const logMarks = createRoute({
  getParentRoute: () => logs,
  path: 'marks',
  component: lazyRouteComponent(() => import('./pages/observation/logs/marks/log-marks.tsx'), 'LogMarks'),
})
const keptLogs = createRoute({
  getParentRoute: () => logs,
  path: 'kept',
  component: lazyRouteComponent(() => import('./pages/observation/logs/kept/kept-logs.tsx'), 'KeptLogs'),
})
const keptLog = createRoute({
  getParentRoute: () => logs,
  path: 'kept/$id',
  component: lazyRouteComponent(() => import('./pages/observation/logs/kept/kept-log.tsx'), 'KeptLog'),
})
const health = createRoute({
  ...inside,
  path: '/health',
  component: lazyRouteComponent(() => import('./pages/observation/health/health.tsx'), 'Health'),
})
const diagnosticsPage = lazyRouteComponent(
  () => import('./pages/observation/diagnostics/diagnostics.tsx'),
  'Diagnostics',
)
const diagnostics = createRoute({ ...inside, path: '/diagnostics', component: diagnosticsPage })
const diagnosticsTab = createRoute({ ...inside, path: '/diagnostics/$tab', component: diagnosticsPage })
const alerts = createRoute({ ...inside, path: '/alerts', ...nested })
const alertList = createRoute({
  getParentRoute: () => alerts,
  path: '/',
  component: lazyRouteComponent(() => import('./pages/observation/alerts/alert-list.tsx'), 'AlertList'),
})
const alertRules = createRoute({
  getParentRoute: () => alerts,
  path: 'rules',
  component: lazyRouteComponent(() => import('./pages/observation/alerts/rules/rule-list.tsx'), 'RuleList'),
})
const silences = createRoute({
  getParentRoute: () => alerts,
  path: 'silences',
  component: lazyRouteComponent(() => import('./pages/observation/alerts/silences/silence-list.tsx'), 'SilenceList'),
})
const alert = createRoute({
  getParentRoute: () => alerts,
  path: '$id',
  component: lazyRouteComponent(() => import('./pages/observation/alerts/page/alert-page.tsx'), 'AlertPage'),
})
const timeline = createRoute({
  ...inside,
  path: '/timeline',
  component: lazyRouteComponent(() => import('./pages/observation/timeline/timeline.tsx'), 'Timeline'),
})
const axis = createRoute({
  ...inside,
  path: '/timeline/axis',
  component: lazyRouteComponent(() => import('./pages/observation/axis/axis-page.tsx'), 'AxisPage'),
})
const crashes = createRoute({
  ...inside,
  path: '/crashes',
  component: lazyRouteComponent(() => import('./pages/observation/crashes/crashes.tsx'), 'Crashes'),
})
const crash = createRoute({
  ...inside,
  path: '/crashes/$id',
  component: lazyRouteComponent(() => import('./pages/observation/crashes/crash-page.tsx'), 'CrashPage'),
})
const dashboards = createRoute({
  ...inside,
  path: '/dashboards',
  component: lazyRouteComponent(() => import('./pages/faces/dashboards/dashboard-list.tsx'), 'DashboardList'),
})
const dashboard = createRoute({
  ...inside,
  path: '/dashboards/$id',
  component: lazyRouteComponent(() => import('./pages/faces/dashboards/dashboard-page.tsx'), 'DashboardPage'),
})
// Beside the frame: on a wall nothing else is shown.
const wall = createRoute({
  getParentRoute: () => root,
  path: '/wall',
  component: lazyRouteComponent(() => import('./pages/faces/dashboards/wall/wall.tsx'), 'Wall'),
})
const jobs = createRoute({
  ...inside,
  path: '/jobs',
  component: lazyRouteComponent(() => import('./pages/observation/jobs/job-list.tsx'), 'JobList'),
})
const job = createRoute({
  ...inside,
  path: '/jobs/$id',
  component: lazyRouteComponent(() => import('./pages/observation/jobs/job-page.tsx'), 'JobPage'),
})
const audit = createRoute({
  ...inside,
  path: '/audit',
  component: lazyRouteComponent(() => import('./pages/identity/audit/audit.tsx'), 'Audit'),
})
const users = createRoute({
  ...inside,
  path: '/users',
  component: lazyRouteComponent(() => import('./pages/identity/users/user-list.tsx'), 'UserList'),
})
const user = createRoute({
  ...inside,
  path: '/users/$id',
  component: lazyRouteComponent(() => import('./pages/identity/users/user-page.tsx'), 'UserPage'),
})
const tokens = createRoute({
  ...inside,
  path: '/tokens',
  component: lazyRouteComponent(() => import('./pages/identity/tokens/token-list.tsx'), 'TokenList'),
})
const sessions = createRoute({
  ...inside,
  path: '/sessions',
  component: lazyRouteComponent(() => import('./pages/identity/profile/session-list.tsx'), 'SessionList'),
})
const profile = createRoute({
  ...inside,
  path: '/profile',
  component: lazyRouteComponent(() => import('./pages/identity/profile/profile.tsx'), 'Profile'),
})
const settings = createRoute({
  ...inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/observation/settings/settings.tsx'), 'Settings'),
})

const tree = root.addChildren([
  login,
  setup,
  wall,
  frame.addChildren([
    overview,
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
    notifications,
    images.addChildren([imageList, image]),
    registries.addChildren([registryList, registry]),
    targets,
    compareHosts,
    target,
    engine,
    ...swarmRoutes,
    policies,
    configs.addChildren([configList, newConfig, config, configTab]),
    certificates.addChildren([certificateList, certificate]),
    metrics,
    health,
    diagnostics,
    diagnosticsTab,
    logs.addChildren([logSearch, liveLogs, logPatterns, logMarks, keptLogs, keptLog]),
    alerts.addChildren([alertList, alertRules, silences, alert]),
    timeline,
    axis,
    crashes,
    crash,
    dashboards,
    dashboard,
    jobs,
    job,
    audit,
    users,
    user,
    tokens,
    sessions,
    profile,
    settings,
  ]),
])

const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

export const router = createRouter({
  routeTree: tree,
  scrollRestoration: false,
  // Search parameters are plain text, so that a link reads as it was written.
  parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
  stringifySearch: (search) => {
    const text = new URLSearchParams(Object.entries(search).map(([key, value]) => [key, asText(value)])).toString()
    return text === '' ? '' : `?${text}`
  },
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
