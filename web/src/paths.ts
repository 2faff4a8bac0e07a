const part = encodeURIComponent

/** Every address of the app. Pages and links use these, never a text of their own. */
export const paths = {
  overview: () => '/',
  login: () => '/login',
  setup: () => '/setup',
  services: (query = '') => `/services${query}`,
  service: (id: string, tab: ServiceTab = 'summary') => `/services/${part(id)}${tab === 'summary' ? '' : `/${tab}`}`,
  stacks: () => '/stacks',
  newStack: (example?: string) => `/stacks/new${example ? `?example=${part(example)}` : ''}`,
  editStack: (id: string) => `/stacks/${part(id)}/edit`,
  stack: (id: string) => `/stacks/${part(id)}`,
  triggers: () => '/triggers',
  notifications: () => '/notifications',
  targets: () => '/targets',
  target: (id: string) => `/targets/${part(id)}`,
  timeline: () => '/timeline',
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

export const serviceTabs = ['summary', 'logs', 'metrics', 'health', 'events', 'terminal', 'inspect'] as const
export type ServiceTab = (typeof serviceTabs)[number]
