import { span, tookMs } from '../format/span.ts'
import { useNow } from './use-now.ts'

/** A duration; it counts on while the thing runs. */
export function Took({ of }: { of: { readonly startedAt: string | null; readonly finishedAt: string | null } }) {
  const now = useNow()
  const ms = tookMs(of, now)
  if (ms === null || (of.finishedAt === null && ms < 1000)) return null
  // A running clock in whole seconds: tenths that jump once a second would only distract.
  return <span className="whitespace-nowrap">{span(of.finishedAt === null ? Math.floor(ms / 1000) * 1000 : ms)}</span>
}
