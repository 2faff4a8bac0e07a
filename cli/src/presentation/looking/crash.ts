import type { Crash, CrashReport } from '@wheelhouse/contract'
import { fields, heading } from '../block.ts'
import { logLineText } from '../observation/log-line.ts'
import type { Look } from '../look.ts'
import type { Column } from '../table.ts'
import { age, clock, duration } from '../units.ts'

const exitOf = ({ exitCode, outOfMemory }: Pick<Crash, 'exitCode' | 'outOfMemory'>): string =>
  `${exitCode ?? '-'}${outOfMemory ? ' (memory)' : ''}`
const between = (from: string, to: string): number => Math.max(0, Date.parse(to) - Date.parse(from))

export const crashColumns: readonly Column<Crash>[] = [
  { head: 'CRASH', cell: ({ id }) => ({ text: id.slice(0, 8), paint: 'bold' }) },
  { head: 'SERVICE', cell: ({ service }) => service, shrink: 12 },
  { head: 'TARGET', cell: ({ targetName }) => targetName, drop: 3 },
  { head: 'EXIT', cell: (crash) => ({ text: exitOf(crash), paint: 'red' }) },
  { head: 'TIMES', cell: ({ count }) => String(count), align: 'right' },
  { head: 'WHY', cell: ({ reason, meaning }) => reason ?? meaning, shrink: 16 },
  { head: 'RAN', cell: ({ startedAt, at }) => duration(between(startedAt, at)), align: 'right', drop: 2 },
  {
    head: 'AGAIN',
    cell: ({ again, at }) =>
      again === null ? { text: 'not since', paint: 'red' } : `${duration(between(at, again.at))} later`,
    drop: 1,
  },
  { head: 'AGE', cell: ({ at }, look) => age(at, look.now), align: 'right' },
  { head: 'ID', wide: true, cell: ({ id }) => ({ text: id, paint: 'dim' }) },
]

/** All that is known of one crash, the last `lines` of its words. */
export function crashText(report: CrashReport, lines: number, look: Look): string {
  const { change, alerts, again } = report
  const run = change?.deployment
  const said = report.lines.slice(-lines)
  const head = fields(
    [
      ['service', `${report.service} on ${report.targetName}${report.stack === null ? '' : `, of ${report.stack}`}`],
      ['exit', `${exitOf(report)}: ${report.meaning}`, 'red'],
      ['its target says', report.reason],
      ['ended', `${clock(report.at, look.now)}, after ${duration(between(report.startedAt, report.at))}`],
      ['fell', report.count === 1 ? null : `${report.count} times, first at ${clock(report.firstAt, look.now)}`],
      ['image', report.image],
      [
        'before it',
        change === null
          ? 'no change of it is known'
          : `${duration(change.beforeMs)} before: ${run ? `${run.stack} (${run.environment}), run ${run.number}, ${run.state}` : change.title}${change.actor === null ? '' : `, by ${change.actor}`}`,
      ],
      [
        'alerts',
        alerts === null
          ? 'none are kept, or you may not see them'
          : alerts.map(({ number, rule, state }) => `#${number} ${rule} (${state})`).join(', ') || 'none was raised',
      ],
      [
        'after it',
        again === null
          ? 'nothing of its name has run since'
          : `it ran ${again.replaced ? `as ${again.serviceId}` : 'again'} ${duration(between(report.at, again.at))} later`,
        again === null ? 'red' : undefined,
      ],
    ],
    look,
    0,
  )
  const words =
    said.length === 0
      ? 'It said nothing that was kept.\n'
      : said.map((line) => `${logLineText(line, look, { timestamps: true })}\n`).join('')
  const events = (report.events ?? []).slice(-20)
  return (
    head +
    heading(`Last words${report.earlier || said.length < report.lines.length ? ' (there is more)' : ''}`, look) +
    words +
    (events.length === 0
      ? ''
      : heading('What happened around it', look) +
        events.map(({ at, message }) => `${clock(at, look.now)}  ${message}\n`).join(''))
  )
}
