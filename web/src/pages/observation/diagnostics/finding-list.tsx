import type { Finding } from '@wheelhouse/contract'
import { millis } from '../../../ui/format/number.ts'
import type { GlyphState } from '../../../ui/state/glyph.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'

export const findingGlyph: Readonly<Record<Finding['state'], GlyphState>> = {
  ok: 'running',
  warning: 'degraded',
  error: 'failed',
  skipped: 'stopped',
}
const words: Readonly<Record<Finding['state'], string>> = {
  ok: 'well',
  warning: 'needs somebody',
  error: 'does not work',
  skipped: 'not looked at',
}
const order: readonly Finding['state'][] = ['error', 'warning', 'ok', 'skipped']

/** What was found, what needs somebody first, each with what to do. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  const sorted = findings.toSorted((a, b) => order.indexOf(a.state) - order.indexOf(b.state))
  return (
    <ul>
      {sorted.map((finding) => (
        <li key={finding.id} className="grid gap-x-3 border-t border-line px-3 py-1.5 sm:grid-cols-[200px_1fr_60px]">
          <span className="flex items-center gap-2 min-w-0">
            <Glyph state={findingGlyph[finding.state]} label={words[finding.state]} />
            <span className="name cut">{finding.name}</span>
          </span>
          <span className="min-w-0 break-words">
            <span className={finding.state === 'ok' || finding.state === 'skipped' ? 'text-ink-2' : 'text-ink'}>
              {finding.found}
            </span>
            {finding.advice && <span className="block meta">{finding.advice}</span>}
          </span>
          <span className="num meta max-sm:hidden">{millis(finding.tookMs)}</span>
        </li>
      ))}
    </ul>
  )
}
