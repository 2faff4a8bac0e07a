import { age, moment } from '../format/age.ts'
import { useNow } from './use-now.ts'

/** A live age; the exact local time on hover. */
export function Age({ at, suffix = '' }: { at: string | null; suffix?: string }) {
  const now = useNow()
  if (at === null) return <span>–</span>
  return (
    <time dateTime={at} title={`${moment(at)} · ${at}`} className="whitespace-nowrap">
      {age(at, now)}
      {suffix}
    </time>
  )
}
