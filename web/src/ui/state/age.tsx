import { age, moment } from '../format/age.ts'
import { useNow } from './use-now.ts'

/** A live age; the exact local time on hover. */
export function Age({ at, suffix = '' }: { at: string | null; suffix?: string }) {
  const now = useNow()
  if (at === null) return <span>–</span>
  const text = age(at, now)
  return (
    <time dateTime={at} title={`${moment(at)} · ${at}`} className="whitespace-nowrap">
      {text === 'now' && suffix === ' ago' ? 'just now' : `${text}${suffix}`}
    </time>
  )
}
