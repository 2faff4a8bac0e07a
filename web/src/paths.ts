const part = encodeURIComponent

/** Every address of the app. Pages and links use these, never a text of their own. */
export const paths = {
  overview: () => '/',
  login: () => '/login',
  setup: () => '/setup',
  services: (query = '') => `/services${query}`,
  service: (id: string, tab: ServiceTab = 'summary') => `/services/${part(id)}${tab === 'summary' ? '' : `/${tab}`}`,
  newContainer: (target?: string, image?: string) => {
    const query = new URLSearchParams({ ...(target ? { target } : {}), ...(image ? { image } : {}) }).toString()
    return `/containers/new${query === '' ? '' : `?${query}`}`
  },
  editContainer: (id: string) => `/containers/${part(id)}/edit`,
  terminal: (id: string) => `/terminals/${part(id)}`,
  stacks: () => '/stacks',
  newStack: (example?: string) => `/stacks/new${example ? `?example=${part(example)}` : ''}`,
  adoptStack: (id: string) => `/stacks/new?adopt=${part(id)}`,
  editStack: (id: string) => `/stacks/${part(id)}/edit`,
  stack: (id: string, tab: StackTab = 'services') => `/stacks/${part(id)}${tab === 'services' ? '' : `/${tab}`}`,
  deployments: (query = '') => `/deployments${query}`,
  newDeployment: (from: Record<string, string> = {}) => {
    const query = new URLSearchParams(from).toString()
    return `/deployments/new${query === '' ? '' : `?${query}`}`
  },
  deployment: (id: string, stage?: string) =>
    `/deployments/${part(id)}${stage === undefined ? '' : `?stage=${part(stage)}`}`,
  releases: (query = '') => `/releases${query}`,
  compareReleases: (before: string, after: string) => `/releases/${part(before)}/compare/${part(after)}`,
  backups: (query = '') => `/backups${query}`,
  backup: (id: string) => `/backups/${part(id)}`,
  volumes: (query = '') => `/volumes${query}`,
  volume: (target: string, name: string, query = '') => `/volumes/${part(target)}/${part(name)}${query}`,
  networks: (query = '') => `/networks${query}`,
  network: (target: string, id: string) => `/networks/${part(target)}/${part(id)}`,
  triggers: () => '/triggers',
  notifications: () => '/notifications',
  images: (query = '') => `/images${query}`,
  image: (id: string) => `/images/${part(id)}`,
  registries: () => '/registries',
  registry: (id: string) => `/registries/${part(id)}`,
  targets: () => '/targets',
  compareHosts: (hosts: readonly string[] = []) =>
    `/targets/compare${hosts.length === 0 ? '' : `?hosts=${part(hosts.join(','))}`}`,
  target: (id: string) => `/targets/${part(id)}`,
  swarms: () => '/swarms',
  swarm: (id: string, tab: SwarmTab = 'summary') => `/swarms/${part(id)}${tab === 'summary' ? '' : `/${tab}`}`,
  swarmNode: (swarm: string, node: string) => `/swarms/${part(swarm)}/nodes/${part(node)}`,
  /** A shell in a task, on whichever node it runs. */
  taskTerminal: (swarm: string, task: string) => `/swarms/${part(swarm)}/tasks/${part(task)}`,
  newSwarmService: (swarm?: string) => `/swarm-services/new${swarm ? `?swarm=${part(swarm)}` : ''}`,
  editSwarmService: (id: string) => `/swarm-services/${part(id)}/edit`,
  engine: (target: string) => `/targets/${part(target)}/engine`,
  policies: (target?: string) => `/policies${target ? `?target=${part(target)}` : ''}`,
  configs: () => '/configs',
  newConfig: (template?: string) => `/configs/new${template ? `?template=${part(template)}` : ''}`,
  config: (id: string, tab: ConfigTab = 'values') => `/configs/${part(id)}${tab === 'values' ? '' : `/${tab}`}`,
  certificates: (query = '') => `/certificates${query}`,
  certificate: (id: string) => `/certificates/${part(id)}`,
  logs: (query = '') => `/logs${query}`,
  liveLogs: (query = '') => `/logs/live${query}`,
  logPatterns: (query = '') => `/logs/patterns${query}`,
  logMarks: () => '/logs/marks',
  keptLogs: () => '/logs/kept',
  keptLog: (source: string) => `/logs/kept/${part(source)}`,
  timeline: (query = '') => `/timeline${query}`,
  /** Lanes of a service, a stack or a target; a service that is there has them on its page. */
  axis: (of: AxisSubject, query: Record<string, string> = {}) =>
    `/timeline/axis?${new URLSearchParams({ ...of, ...query }).toString()}`,
  /** A quarter of an hour on each side of a moment, the cursor on it. */
  axisAround: (of: AxisSubject, at: string) => {
    const edge = (shift: number): string => new Date(Date.parse(at) + shift).toISOString()
    return paths.axis(of, { since: edge(-900_000), until: edge(900_000), at })
  },
  crashes: () => '/crashes',
  crash: (id: string) => `/crashes/${part(id)}`,
  dashboards: () => '/dashboards',
  dashboard: (id: string, query = '') => `/dashboards/${part(id)}${query}`,
  /** Boards on a wall, one after the other. */
  wall: (boards: readonly string[], everyS = 30) => `/wall?boards=${part(boards.join(','))}&every=${everyS}`,
  metrics: (query = '') => `/metrics${query}`,
  health: (query = '') => `/health${query}`,
  diagnostics: (tab: DiagnosticsTab = 'components') => `/diagnostics${tab === 'components' ? '' : `/${tab}`}`,
  alerts: (query = '') => `/alerts${query}`,
  alert: (id: string | number) => `/alerts/${part(String(id))}`,
  alertRules: (query = '') => `/alerts/rules${query}`,
  silences: () => '/alerts/silences',
  jobs: () => '/jobs',
  job: (id: string) => `/jobs/${part(id)}`,
  audit: () => '/audit',
  users: () => '/users',
  user: (id: string) => `/users/${part(id)}`,
  tokens: () => '/tokens',
  sessions: () => '/sessions',
  profile: () => '/profile',
  settings: () => '/settings',
} as const

export const diagnosticsTabs = ['components', 'resources', 'troubleshoot', 'maintenance', 'reports'] as const
export type DiagnosticsTab = (typeof diagnosticsTabs)[number]
export interface AxisSubject {
  readonly service?: string
  readonly stack?: string
  readonly target?: string
}

export const configTabs = ['values', 'editor', 'history', 'compare', 'transfer'] as const
export type ConfigTab = (typeof configTabs)[number]
export const stackTabs = ['services', 'history'] as const
export type StackTab = (typeof stackTabs)[number]

export const swarmTabs = ['summary', 'map', 'nodes', 'services', 'tasks', 'secrets', 'configs'] as const
export type SwarmTab = (typeof swarmTabs)[number]

export const serviceTabs = [
  'summary',
  'placement',
  'logs',
  'metrics',
  'timeline',
  'health',
  'events',
  'crashes',
  'lives',
  'terminal',
  'processes',
  'files',
  'inspect',
] as const
export type ServiceTab = (typeof serviceTabs)[number]
