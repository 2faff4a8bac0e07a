import type { Widget, WidgetKind, WidgetSpec } from '@wheelhouse/contract'

interface KindWords {
  readonly label: string
  readonly about: string
  /** Size a new one has, in columns and rows. */
  readonly w: number
  readonly h: number
  readonly spec: WidgetSpec
}

/** In the order of the gallery. */
export const kinds: Record<WidgetKind, KindWords> = {
  stat: {
    label: 'Number',
    about: 'One figure: a reading, services in a state, open alerts, error lines, crashes',
    w: 3,
    h: 2,
    spec: { kind: 'stat', source: { from: 'services', state: 'running' } },
  },
  chart: {
    label: 'Chart',
    about: 'Readings over time, the highest of many, with deployments as pins',
    w: 6,
    h: 4,
    spec: { kind: 'chart', metric: 'cpu.percent', top: 5 },
  },
  table: {
    label: 'Table',
    about: 'Services, targets, deployments or crashes',
    w: 6,
    h: 4,
    spec: { kind: 'table', of: 'services', sort: 'needs' },
  },
  log: {
    label: 'Lines',
    about: 'The newest kept lines, by words and level',
    w: 6,
    h: 4,
    spec: { kind: 'log', level: 'warn,error,fatal', rows: 50 },
  },
  health: { label: 'Health', about: 'Health checks, the failing ones first', w: 4, h: 4, spec: { kind: 'health' } },
  events: { label: 'Events', about: 'What happened, newest first', w: 6, h: 4, spec: { kind: 'events', rows: 20 } },
  alerts: { label: 'Alerts', about: 'What is open, worst first', w: 6, h: 4, spec: { kind: 'alerts', rows: 20 } },
  topology: {
    label: 'Fleet map',
    about: 'One mark for each service, a row for each target',
    w: 12,
    h: 3,
    spec: { kind: 'topology' },
  },
  markdown: {
    label: 'Text',
    about: 'Notes and links, written in Markdown',
    w: 4,
    h: 3,
    spec: { kind: 'markdown', text: '## Notes\n\nWhat to do when it is late at night.' },
  },
  actions: {
    label: 'Buttons',
    about: 'Restart, stop, start, roll back, or open a page',
    w: 4,
    h: 2,
    spec: { kind: 'actions', acts: [] },
  },
}

export const metricTitles: Record<string, string> = {
  'cpu.percent': 'CPU',
  'memory.bytes': 'Memory',
  'memory.percent': 'Memory of its limit',
  'network.in': 'Network in',
  'network.out': 'Network out',
  'block.read': 'Disk reads',
  'block.write': 'Disk writes',
  restarts: 'Restarts',
  requests: 'Requests',
  'check.response-ms': 'Health check time',
}
const shortName = (reference: string): string => reference.slice(reference.indexOf(':') + 1)
const tables = { services: 'Services', targets: 'Targets', deployments: 'Deployments', crashes: 'Crashes' }

/** What it is called where nobody has said so. */
export function titleOf({ title, spec }: Pick<Widget, 'title' | 'spec'>): string {
  if (title !== undefined && title !== '') return title
  const of =
    'service' in spec && spec.service ? shortName(spec.service) : 'stack' in spec && spec.stack ? spec.stack : ''
  const named = (text: string): string => (of === '' ? text : `${text}, ${of}`)
  switch (spec.kind) {
    case 'stat':
      if (spec.source.from === 'metric') return metricTitles[spec.source.metric] ?? spec.source.metric
      return { services: 'Services', alerts: 'Open alerts', lines: 'Lines', crashes: 'Crashes' }[spec.source.from]
    case 'chart':
      return named(metricTitles[spec.metric] ?? spec.metric)
    case 'table':
      return named(tables[spec.of])
    case 'markdown':
      return ''
    default:
      return named(kinds[spec.kind].label)
  }
}
