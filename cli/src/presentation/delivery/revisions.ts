import type { PlanStep, StackRevision } from '@wheelhouse/contract'
import { type Look, type Paint, paint } from '../look.ts'
import type { Column } from '../table.ts'
import { clock } from '../units.ts'
import { clean } from '../width.ts'

const paints: Record<StackRevision['state'], Paint> = { applied: 'green', failed: 'red', pending: 'yellow' }

export const revisionColumns: readonly Column<StackRevision>[] = [
  { head: 'REVISION', align: 'right', cell: (r) => ({ text: String(r.revision), paint: 'bold' }) },
  { head: 'STATE', cell: (r) => ({ text: r.current ? 'in use' : r.state, paint: paints[r.state] }) },
  { head: 'WHEN', cell: (r, look) => clock(r.at, look.now) },
  { head: 'BY', cell: (r) => r.by },
  { head: 'ORIGIN', cell: (r) => r.origin, drop: 3 },
  { head: 'COMMIT', sparse: true, cell: (r) => r.commit?.slice(0, 10) ?? '', drop: 4 },
  { head: 'WHY', sparse: true, cell: (r) => ({ text: r.error ?? r.reason ?? '', paint: 'dim' }), shrink: 16 },
]

const verbs = { create: 'added', change: 'changed', replace: 'changed', remove: 'removed', keep: 'kept' } as const
const verbPaints = { create: 'green', change: 'yellow', replace: 'yellow', remove: 'red', keep: 'dim' } as const

/** One difference of what runs, with the reasons: "changed  web: image: nginx:1 → nginx:2". Ends with a newline. */
export const changeText = ({ verb, kind, name, reasons }: PlanStep, look: Look): string =>
  `${paint(verbs[verb], verbPaints[verb], look)}  ${clean(kind === 'service' ? name : `${kind} ${name}`)}${reasons.length > 0 ? `: ${clean(reasons.join(', '))}` : ''}\n`
