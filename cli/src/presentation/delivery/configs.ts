import type { ConfigProblem, ConfigSet, ConfigValue, ConfigVersion } from '@wheelhouse/contract'
import { type Field, fields } from '../block.ts'
import { type Look, paint } from '../look.ts'
import type { Column } from '../table.ts'
import { age, clock } from '../units.ts'
import { clean } from '../width.ts'

export const hidden = '[secret]'

export const configColumns: readonly Column<ConfigSet>[] = [
  { head: 'SET', cell: (c) => ({ text: c.name, paint: 'bold' }), shrink: 12 },
  { head: 'ENVIRONMENT', cell: (c) => c.environment ?? '-', drop: 4 },
  { head: 'VERSION', align: 'right', cell: (c) => String(c.version) },
  { head: 'KEYS', align: 'right', cell: (c) => String(c.keys), drop: 5 },
  { head: 'SECRETS', align: 'right', cell: (c) => String(c.secrets), drop: 6 },
  {
    head: 'PROBLEMS',
    align: 'right',
    cell: (c) => ({
      text: String(c.problems.length),
      paint: c.problems.some((problem) => problem.severity === 'error')
        ? 'red'
        : c.problems.length > 0
          ? 'yellow'
          : 'dim',
    }),
    drop: 3,
  },
  { head: 'CHANGED', align: 'right', cell: (c, look) => age(c.changedAt, look.now), drop: 2 },
  { head: 'BY', cell: (c) => c.changedBy, drop: 7 },
  { head: 'FILE', sparse: true, cell: (c) => c.path ?? '', shrink: 12, drop: 8 },
  { head: 'ID', wide: true, cell: (c) => ({ text: c.id, paint: 'dim' }), drop: 9 },
]

export const valueColumns: readonly Column<ConfigValue>[] = [
  { head: 'KEY', cell: (v) => ({ text: v.key, paint: 'bold' }), shrink: 12 },
  { head: 'VALUE', cell: (v) => (v.secret ? { text: hidden, paint: 'dim' } : (v.value ?? '')), shrink: 16 },
  { head: 'SINCE', align: 'right', cell: (v) => ({ text: `v${v.version}`, paint: 'dim' }), drop: 2 },
  { head: 'HELP', sparse: true, cell: (v) => ({ text: v.help ?? '', paint: 'dim' }), shrink: 16, drop: 1 },
]

export const versionColumns: readonly Column<ConfigVersion>[] = [
  { head: 'VERSION', align: 'right', cell: (v) => ({ text: String(v.version), paint: 'bold' }) },
  { head: 'WHEN', cell: (v, look) => clock(v.at, look.now) },
  { head: 'BY', cell: (v) => v.by },
  { head: 'ADDED', align: 'right', cell: (v) => String(v.added), drop: 3 },
  { head: 'CHANGED', align: 'right', cell: (v) => String(v.changed), drop: 3 },
  { head: 'REMOVED', align: 'right', cell: (v) => String(v.removed), drop: 3 },
  { head: 'WHY', sparse: true, cell: (v) => ({ text: v.reason, paint: 'dim' }), shrink: 16 },
]

export const problemText = (problem: ConfigProblem, look: Look): string =>
  `  ${paint(problem.severity, problem.severity === 'error' ? 'red' : 'yellow', look)}  ${clean(problem.key)}: ${clean(problem.message)}\n`

export function configText(config: ConfigSet, look: Look): string {
  const rows: Field[] = [
    ['id', config.id],
    ['environment', config.environment],
    ['description', config.description],
    ['version', String(config.version)],
    ['keys', `${config.keys}, of them ${config.secrets} secret`],
    ['file', config.path],
    ['changed', `${clock(config.changedAt, look.now)} by ${config.changedBy}`],
  ]
  return `${paint(clean(config.name), 'bold', look)}\n${fields(rows, look)}${config.problems.map((one) => problemText(one, look)).join('')}`
}
