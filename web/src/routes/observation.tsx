import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { inside, nested } from './frame.tsx'

const notifications = createRoute({
  ...inside,
  path: '/notifications',
  component: lazyRouteComponent(() => import('../pages/observation/notifications/channel-list.tsx'), 'ChannelList'),
})
const metrics = createRoute({
  ...inside,
  path: '/metrics',
  component: lazyRouteComponent(() => import('../pages/observation/metrics/metrics.tsx'), 'Metrics'),
})
const logs = createRoute({ ...inside, path: '/logs', ...nested })
const logSearch = createRoute({
  getParentRoute: () => logs,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/observation/logs/logs.tsx'), 'Logs'),
})
const liveLogs = createRoute({
  getParentRoute: () => logs,
  path: 'live',
  component: lazyRouteComponent(() => import('../pages/observation/logs/live/live-logs.tsx'), 'LiveLogs'),
})
const logPatterns = createRoute({
  getParentRoute: () => logs,
  path: 'patterns',
  component: lazyRouteComponent(() => import('../pages/observation/logs/patterns/log-patterns.tsx'), 'LogPatterns'),
})
const logMarks = createRoute({
  getParentRoute: () => logs,
  path: 'marks',
  component: lazyRouteComponent(() => import('../pages/observation/logs/marks/log-marks.tsx'), 'LogMarks'),
})
const keptLogs = createRoute({
  getParentRoute: () => logs,
  path: 'kept',
  component: lazyRouteComponent(() => import('../pages/observation/logs/kept/kept-logs.tsx'), 'KeptLogs'),
})
const keptLog = createRoute({
  getParentRoute: () => logs,
  path: 'kept/$id',
  component: lazyRouteComponent(() => import('../pages/observation/logs/kept/kept-log.tsx'), 'KeptLog'),
})
const health = createRoute({
  ...inside,
  path: '/health',
  component: lazyRouteComponent(() => import('../pages/observation/health/health.tsx'), 'Health'),
})
const diagnosticsPage = lazyRouteComponent(
  () => import('../pages/observation/diagnostics/diagnostics.tsx'),
  'Diagnostics',
)
const diagnostics = createRoute({ ...inside, path: '/diagnostics', component: diagnosticsPage })
const diagnosticsTab = createRoute({ ...inside, path: '/diagnostics/$tab', component: diagnosticsPage })
const alerts = createRoute({ ...inside, path: '/alerts', ...nested })
const alertList = createRoute({
  getParentRoute: () => alerts,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/observation/alerts/alert-list.tsx'), 'AlertList'),
})
const alertRules = createRoute({
  getParentRoute: () => alerts,
  path: 'rules',
  component: lazyRouteComponent(() => import('../pages/observation/alerts/rules/rule-list.tsx'), 'RuleList'),
})
const silences = createRoute({
  getParentRoute: () => alerts,
  path: 'silences',
  component: lazyRouteComponent(() => import('../pages/observation/alerts/silences/silence-list.tsx'), 'SilenceList'),
})
const alert = createRoute({
  getParentRoute: () => alerts,
  path: '$id',
  component: lazyRouteComponent(() => import('../pages/observation/alerts/page/alert-page.tsx'), 'AlertPage'),
})
const timeline = createRoute({
  ...inside,
  path: '/timeline',
  component: lazyRouteComponent(() => import('../pages/observation/timeline/timeline.tsx'), 'Timeline'),
})
const axis = createRoute({
  ...inside,
  path: '/timeline/axis',
  component: lazyRouteComponent(() => import('../pages/observation/axis/axis-page.tsx'), 'AxisPage'),
})
const crashes = createRoute({
  ...inside,
  path: '/crashes',
  component: lazyRouteComponent(() => import('../pages/observation/crashes/crashes.tsx'), 'Crashes'),
})
const crash = createRoute({
  ...inside,
  path: '/crashes/$id',
  component: lazyRouteComponent(() => import('../pages/observation/crashes/crash-page.tsx'), 'CrashPage'),
})
const jobs = createRoute({
  ...inside,
  path: '/jobs',
  component: lazyRouteComponent(() => import('../pages/observation/jobs/job-list.tsx'), 'JobList'),
})
const job = createRoute({
  ...inside,
  path: '/jobs/$id',
  component: lazyRouteComponent(() => import('../pages/observation/jobs/job-page.tsx'), 'JobPage'),
})
const settings = createRoute({
  ...inside,
  path: '/settings',
  component: lazyRouteComponent(() => import('../pages/observation/settings/settings.tsx'), 'Settings'),
})

/** Inside the frame. */
export const observation = [
  notifications,
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
  jobs,
  job,
  settings,
]
