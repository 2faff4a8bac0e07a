import type { HealthHistory, UptimeRow } from '@wheelhouse/contract'
import { indented } from '../block.ts'
import { type Look, paint } from '../look.ts'
import { stateCell } from '../state.ts'
import { type Column, table } from '../table.ts'
import { age, count, duration } from '../units.ts'
import { clean } from '../width.ts'

/** "99.98%": never rounded up to what was not reached. */
export function share(part: number | null): string {
  if (part === null) return '-'
  const percent = part * 100
  if (percent === 100 || percent === 0) return `${percent}%`
  const digits = percent >= 99 ? 2 : 1
  return `${(Math.floor(percent * 10 ** digits) / 10 ** digits).toFixed(digits)}%`
}

const steps = '▁▂▃▄▅▆▇█'

/** One sign a day: how much of what is known of it was up; a dot where nothing is known. */
function bars(shares: readonly (number | null)[], look: Look): string {
  return shares
    .map((part) => {
      if (part === null) return paint('·', 'dim', look)
      const sign = steps[Math.max(0, Math.ceil(part * steps.length) - 1)]!
      return paint(sign, part === 1 ? 'green' : part > 0.99 ? 'yellow' : 'red', look)
    })
    .join('')
}

const standings = { up: 'running', down: 'failed', unknown: 'unknown' } as const

export const uptimeColumns: readonly Column<UptimeRow>[] = [
  { head: 'SERVICE', cell: (row) => ({ text: row.name, paint: 'bold' }), shrink: 12 },
  {
    head: 'STATUS',
    cell: (row, look) => ({ ...toCell(stateCell(standings[row.standing], look)), text: row.standing }),
  },
  { head: '24 H', align: 'right', cell: (row) => share(row.uptime.day) },
  { head: '7 D', align: 'right', cell: (row) => share(row.uptime.week) },
  { head: '30 D', align: 'right', cell: (row) => share(row.uptime.month) },
  { head: '90 D', align: 'right', cell: (row) => share(row.uptime.quarter) },
  { head: 'TARGET', cell: (row) => row.targetName, shrink: 8, drop: 1 },
  { head: 'REASON', sparse: true, shrink: 16, drop: 2, cell: (row) => row.reason ?? '' },
]
const toCell = <T>(cell: T | string): Exclude<T, string> =>
  (typeof cell === 'string' ? { text: cell } : cell) as Exclude<T, string>

/** Uptime, response times and incidents of one service. */
export function historyText(history: HealthHistory, look: Look): string {
  const { uptime, buckets, checks, incidents, bucketMs } = history
  const shares = buckets.map(({ upMs, downMs }) => (upMs + downMs === 0 ? null : upMs / (upMs + downMs)))
  const unit = bucketMs === 3_600_000 ? 'an hour' : 'a day'
  let text = `${paint(clean(history.name), 'bold', look)}  ${history.standing}\n\n`
  text += `24 h ${share(uptime.day)}   7 d ${share(uptime.week)}   30 d ${share(uptime.month)}   90 d ${share(uptime.quarter)}\n`
  text += `${bars(shares, look)}  ${paint(`a sign ${unit}, a dot where nobody knew`, 'dim', look)}\n`
  const answered = checks.flatMap((check) => {
    const last = check.buckets.findLast((bucket) => bucket.p50Ms !== null)
    return last ? [{ name: check.name, ...last }] : []
  })
  if (answered.length > 0) {
    text += `\n${paint('Response time', 'bold', look)}\n`
    text += indented(
      table(
        [
          { head: 'CHECK', cell: (row) => row.name },
          { head: 'MEDIAN', align: 'right', cell: (row) => duration(row.p50Ms ?? 0) },
          { head: '95 %', align: 'right', cell: (row) => duration(row.p95Ms ?? 0) },
          { head: 'LONGEST', align: 'right', cell: (row) => duration(row.maxMs ?? 0) },
        ],
        answered,
        look,
      ),
    )
  }
  text += `\n${paint(incidents.length === 0 ? 'No incidents' : count(incidents.length, 'incident'), 'bold', look)}\n`
  for (const { from, until, reason } of incidents) {
    const lasted = until === null ? `lasts, ${age(from, look.now)}` : duration(Date.parse(until) - Date.parse(from))
    text += `  ${from}  ${paint(lasted, until === null ? 'red' : 'dim', look)}  ${clean(reason)}\n`
  }
  return text
}
