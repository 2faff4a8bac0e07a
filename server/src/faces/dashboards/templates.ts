import type { DashboardFile, OutputOf, dashboards, Widget, WidgetSpec } from '@wheelhouse/contract'

type Template = OutputOf<(typeof dashboards)['templates']>['items'][number]
interface About {
  readonly service?: string | undefined
  readonly stack?: string | undefined
  readonly target?: string | undefined
}
type Laid = readonly [title: string, place: readonly [x: number, y: number, w: number, h: number], spec: WidgetSpec]

const hourMs = 3_600_000
const dayMs = 24 * hourMs

function file(name: string, description: string, rangeMs: number, laid: readonly Laid[]): DashboardFile {
  const widgets = laid.map(([title, [x, y, w, h], spec], index): Widget => ({
    id: `w${index + 1}`,
    title,
    place: { x, y, w, h },
    spec,
  }))
  return { wheelhouse: 'dashboard', version: 1, name, description, rangeMs, widgets }
}

const fleet = (target: { target?: string }): DashboardFile =>
  file('Fleet', 'Everything that runs, and what it takes', hourMs, [
    ['Running', [0, 0, 2, 2], { kind: 'stat', source: { from: 'services', ...target, state: 'running' } }],
    [
      'Failed',
      [2, 0, 2, 2],
      { kind: 'stat', source: { from: 'services', ...target, state: 'failed,degraded' }, badAbove: 0 },
    ],
    ['Alerts', [4, 0, 2, 2], { kind: 'stat', source: { from: 'alerts', ...target }, warnAbove: 0 }],
    [
      'Error lines',
      [6, 0, 3, 2],
      { kind: 'stat', source: { from: 'lines', ...target, level: 'error,fatal' }, lastWeek: true },
    ],
    ['Crashes', [9, 0, 3, 2], { kind: 'stat', source: { from: 'crashes', ...target }, badAbove: 0, rangeMs: dayMs }],
    ['Fleet', [0, 2, 12, 3], { kind: 'topology', ...target }],
    ['CPU, most first', [0, 5, 6, 4], { kind: 'chart', metric: 'cpu.percent', ...target, top: 5 }],
    ['Memory, most first', [6, 5, 6, 4], { kind: 'chart', metric: 'memory.bytes', ...target, top: 5 }],
    ['Targets', [0, 9, 6, 4], { kind: 'table', of: 'targets', ...target }],
    ['What happened', [6, 9, 6, 4], { kind: 'events', ...target, severity: 'warning,error', rows: 20 }],
  ])

const service = (name: string | undefined): DashboardFile => {
  const of = name === undefined ? {} : { service: name }
  return file(name ?? 'Service', 'One service: what it takes, says and does', hourMs, [
    ['CPU', [0, 0, 3, 2], { kind: 'stat', source: { from: 'metric', metric: 'cpu.percent', ...of }, lastWeek: true }],
    [
      'Memory',
      [3, 0, 3, 2],
      { kind: 'stat', source: { from: 'metric', metric: 'memory.bytes', ...of }, lastWeek: true },
    ],
    [
      'Error lines',
      [6, 0, 3, 2],
      { kind: 'stat', source: { from: 'lines', ...of, level: 'error,fatal' }, lastWeek: true },
    ],
    ['Crashes', [9, 0, 3, 2], { kind: 'stat', source: { from: 'crashes', ...of }, badAbove: 0, rangeMs: dayMs }],
    ['CPU', [0, 2, 6, 4], { kind: 'chart', metric: 'cpu.percent', ...of, look: 'area' }],
    ['Memory', [6, 2, 6, 4], { kind: 'chart', metric: 'memory.bytes', ...of, look: 'area' }],
    ['Errors', [0, 6, 8, 5], { kind: 'log', ...of, level: 'warn,error,fatal', rows: 50 }],
    ['Health', [8, 6, 4, 3], { kind: 'health', ...of }],
    [
      'Do',
      [8, 9, 4, 2],
      {
        kind: 'actions',
        acts:
          name === undefined ? [] : (['restart', 'stop', 'start'] as const).map((act) => ({ do: act, service: name })),
      },
    ],
    ['What happened', [0, 11, 6, 4], { kind: 'events', ...of, rows: 20 }],
    ['Crashes', [6, 11, 6, 4], { kind: 'table', of: 'crashes', ...of }],
  ])
}

const stack = (name: string | undefined): DashboardFile => {
  const of = name === undefined ? {} : { stack: name }
  return file(name ?? 'Stack', 'One stack: its services, runs and errors', 6 * hourMs, [
    ['Services', [0, 0, 8, 5], { kind: 'table', of: 'services', ...of }],
    [
      'Failed',
      [8, 0, 2, 2],
      { kind: 'stat', source: { from: 'services', ...of, state: 'failed,degraded' }, badAbove: 0 },
    ],
    ['Alerts', [10, 0, 2, 2], { kind: 'stat', source: { from: 'alerts', ...of }, warnAbove: 0 }],
    ['Health', [8, 2, 4, 3], { kind: 'health', ...of, only: 'unhealthy' }],
    ['CPU', [0, 5, 6, 4], { kind: 'chart', metric: 'cpu.percent', ...of, top: 6 }],
    ['Memory', [6, 5, 6, 4], { kind: 'chart', metric: 'memory.bytes', ...of, top: 6 }],
    ['Errors', [0, 9, 7, 5], { kind: 'log', ...of, level: 'error,fatal', rows: 50 }],
    ['Deployments', [7, 9, 5, 5], { kind: 'table', of: 'deployments', ...of }],
  ])
}

const onCall = (): DashboardFile =>
  file('On call', 'What needs a hand now, and how to lend it', 3 * hourMs, [
    ['Critical', [0, 0, 3, 2], { kind: 'stat', source: { from: 'alerts', severity: 'critical' }, badAbove: 0 }],
    ['Warnings', [3, 0, 3, 2], { kind: 'stat', source: { from: 'alerts', severity: 'warning' }, warnAbove: 0 }],
    ['Failed', [6, 0, 3, 2], { kind: 'stat', source: { from: 'services', state: 'failed' }, badAbove: 0 }],
    ['Error lines', [9, 0, 3, 2], { kind: 'stat', source: { from: 'lines', level: 'error,fatal' }, lastWeek: true }],
    ['Alerts', [0, 2, 7, 5], { kind: 'alerts', rows: 20 }],
    ['Crashes', [7, 2, 5, 5], { kind: 'table', of: 'crashes', rows: 10 }],
    ['Needs you', [0, 7, 7, 5], { kind: 'table', of: 'services', state: 'failed,degraded,starting', sort: 'needs' }],
    ['Unhealthy', [7, 7, 5, 5], { kind: 'health', only: 'unhealthy' }],
    ['Errors', [0, 12, 12, 5], { kind: 'log', level: 'error,fatal', rows: 50 }],
  ])

const runs = (): DashboardFile =>
  file('Deployments', 'What was brought where, and what came of it', dayMs, [
    ['Runs', [0, 0, 7, 6], { kind: 'table', of: 'deployments', rows: 20 }],
    ['What happened', [7, 0, 5, 6], { kind: 'events', type: 'deployment,stack,rollout,config', rows: 30 }],
    ['CPU of everything', [0, 6, 6, 4], { kind: 'chart', metric: 'cpu.percent', group: 'all' }],
    ['Crashes', [6, 6, 6, 4], { kind: 'table', of: 'crashes', rows: 10 }],
  ])

/** Dashboards to begin with. The template of a service or a stack is empty until one is named. */
export function templatesFor(about: About): Template[] {
  const target = about.target === undefined ? {} : { target: about.target }
  return [
    { key: 'fleet', summary: 'Everything that runs, and what it takes', needs: null, file: fleet(target) },
    { key: 'on-call', summary: 'What needs a hand now: alerts, crashes, errors', needs: null, file: onCall() },
    { key: 'deployments', summary: 'Runs, what they changed, and what came of it', needs: null, file: runs() },
    {
      key: 'service',
      summary: 'One service: readings, errors, health, crashes and its buttons',
      needs: 'service',
      file: service(about.service),
    },
    {
      key: 'stack',
      summary: 'One stack: its services, runs and errors',
      needs: 'stack',
      file: stack(about.stack),
    },
  ]
}
