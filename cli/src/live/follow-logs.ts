import type { ChannelParams, LogLine, Service } from '@wheelhouse/contract'
import type { Connection } from '../connect.ts'
import { Complaint } from '../failure.ts'
import type { Shell } from '../shell.ts'
import type { PastLine, PastQuery, Speaker } from './past-logs.ts'

export type Print = (speaker: Speaker, line: LogLine) => void

/** The channels tell whole lines; a pattern is held against them here. */
function passing(query: PastQuery): (line: LogLine) => boolean {
  const levels = query.level?.split(',')
  const match = query.match === undefined ? null : new RegExp(query.match, 'i')
  return (line) =>
    (!levels || levels.includes(line.level ?? '') || line.stream === 'system') && (!match || match.test(line.text))
}

const overlapMs = 2_000

/** Live, over one socket that resumes by itself after a drop. What `before` holds was printed already. */
export function followOne(
  shell: Shell,
  connection: Connection,
  service: Service,
  query: PastQuery,
  before: readonly PastLine[],
  print: Print,
): Promise<void> {
  const passes = passing(query)
  const keyOf = ({ at, text }: LogLine): string => `${Date.parse(at)} ${text}`
  const newest = before.at(-1)?.line.at
  const from = newest === undefined ? query.since : new Date(Date.parse(newest) - overlapMs).toISOString()
  const printed = new Map<string, number>()
  for (const { line } of before)
    if (from !== undefined && line.at >= from) printed.set(keyOf(line), (printed.get(keyOf(line)) ?? 0) + 1)
  let last = ''
  let skipTo = ''
  let ready = false
  const tail = newest === undefined ? Math.min(query.tail ?? 100, 10_000) : 10_000
  return new Promise((resolve, reject) => {
    const live = connection.live(reject)
    live.subscribe(
      'logs',
      { serviceId: service.id, ...(from ? { since: from } : {}), tail },
      {
        onEvents: (lines) => {
          for (const line of lines) {
            if (line.at <= skipTo) continue
            last = line.at
            const left = printed.get(keyOf(line)) ?? 0
            if (left > 0) printed.set(keyOf(line), left - 1)
            else if (passes(line)) print(service, line)
          }
        },
        // A ring that has moved on sends history again: what was printed already is skipped.
        onReady: (resumed) => {
          if (ready && !resumed) skipTo = last
          ready = true
        },
        onGap: (missed) =>
          shell.say(`${service.name}: ${missed} lines were missed, this terminal was too slow.`, 'yellow'),
        onEnd: (reason, code) => {
          live.close()
          if (code !== null) return reject(new Complaint('failed', code, reason))
          shell.say(`${service.name}: ${reason}`, 'dim')
          resolve()
        },
      },
    )
  })
}

/** Many at once, merged by time where they are read; also of services that come later, where a stack or all were asked for. */
export function followMany(
  shell: Shell,
  connection: Connection,
  which: Pick<ChannelParams<'tail'>, 'service' | 'stack' | 'target'>,
  query: PastQuery,
  print: Print,
): Promise<void> {
  // The level is asked for with the channel, which also sends what goes on with an error.
  const { level: _, ...rest } = query
  const passes = passing(rest)
  let last = ''
  let skipTo = ''
  let ready = false
  return new Promise((resolve, reject) => {
    const live = connection.live(reject)
    live.subscribe(
      'tail',
      {
        ...which,
        ...(query.level === undefined ? {} : { level: query.level }),
        ...(query.since === undefined ? {} : { since: query.since }),
        tail: Math.min(query.tail ?? (query.since === undefined ? 100 : 5_000), 5_000),
      },
      {
        onEvents: (frames) => {
          for (const frame of frames) {
            if (frame.kind === 'missed') {
              shell.say(
                `${frame.service}: ${frame.lines} lines were too many to show; wh log search has them.`,
                'yellow',
              )
              continue
            }
            if (frame.at <= skipTo) continue
            if (frame.at > last) last = frame.at
            if (passes(frame)) print({ id: frame.serviceId ?? frame.service, name: frame.service }, frame)
          }
        },
        onReady: (resumed) => {
          if (ready && !resumed) skipTo = last
          ready = true
        },
        onGap: (missed) => shell.say(`${missed} lines were missed, this terminal was too slow.`, 'yellow'),
        onEnd: (reason, code) => {
          live.close()
          if (code !== null) return reject(new Complaint('failed', code, reason))
          shell.say(reason, 'dim')
          resolve()
        },
      },
    )
  })
}
