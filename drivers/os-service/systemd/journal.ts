// oxlint-disable no-underscore-dangle -- the journal names its own fields so
import { StringDecoder } from 'node:string_decoder'
import type { Readable } from 'node:stream'
import type { LogLine } from '@wheelhouse/contract'
import { detectLevel, type LogQuery } from '@wheelhouse/driver'
import { must, type Run, type Stream } from '../runner.ts'

/** One entry of `journalctl -o json`. A value that is no UTF-8 comes as an array of its bytes. */
export interface JournalEntry {
  readonly __CURSOR?: string
  readonly __REALTIME_TIMESTAMP?: string
  readonly MESSAGE?: string | readonly (number | string)[] | null
  readonly PRIORITY?: string
  readonly UNIT?: string
  readonly USER_UNIT?: string
}

export function readEntry(line: string): JournalEntry | null {
  if (!line.startsWith('{')) return null
  try {
    return JSON.parse(line) as JournalEntry
  } catch {
    return null
  }
}

export function messageOf({ MESSAGE }: JournalEntry): string {
  if (MESSAGE === undefined || MESSAGE === null) return ''
  if (typeof MESSAGE === 'string') return MESSAGE
  if (MESSAGE.every((part) => typeof part === 'number')) return Buffer.from(MESSAGE).toString('utf8')
  return MESSAGE.map(String).join('\n')
}

/** What systemd-cat set for stderr, or a prefix such as `<3>` of the program itself, is 4 or less. */
export function linesOf(entry: JournalEntry): LogLine[] {
  const at = new Date(Number(entry.__REALTIME_TIMESTAMP ?? 0) / 1000).toISOString()
  const stream = Number(entry.PRIORITY ?? 6) <= 4 ? 'stderr' : 'stdout'
  return messageOf(entry)
    .split('\n')
    .map((text) => ({ at, stream, level: detectLevel(text), text: text.replace(/\r$/, '') }))
}

/** Lines of a stream of bytes; only \n ends one. */
export async function* splitLines(output: Readable): AsyncGenerator<string> {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  for await (const chunk of output) {
    rest += decoder.write(chunk as Buffer)
    const parts = rest.split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
  if (rest !== '') yield rest
}

export interface JournalParts {
  readonly run: Run
  readonly stream: Stream
  readonly user: boolean
}

const fields = '--output-fields=MESSAGE,PRIORITY,UNIT,USER_UNIT'

export const journalArgv = (user: boolean, ...args: string[]): [string, ...string[]] => [
  'journalctl',
  ...(user ? ['--user'] : []),
  '--quiet',
  '--no-pager',
  '--output=json',
  // Without it a message above 4 KB is left out.
  '--all',
  fields,
  ...args,
]

/** systemd tells of the moment in seconds; six digits are all that it keeps. */
const when = (ms: number): string => `@${(ms / 1000).toFixed(3)}`

/** Entries of a running journalctl until it ends or the signal aborts. */
export async function* entries(
  stream: Stream,
  argv: [string, ...string[]],
  signal: AbortSignal,
): AsyncGenerator<JournalEntry> {
  if (signal.aborted) return
  const program = await stream(argv)
  const stop = (): void => {
    program.stop()
    // What runs it may not pass the end on: reading must stop all the same.
    program.stdout.destroy()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) stop()
    for await (const line of splitLines(program.stdout)) {
      const entry = readEntry(line)
      if (entry) yield entry
      if (signal.aborted) return
    }
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    signal.removeEventListener('abort', stop)
    program.stop()
  }
}

/** The log of a unit since it was made. Another unit of the same name may have written before. */
export async function* readJournal(
  parts: JournalParts,
  name: string,
  createdAt: string,
  query: LogQuery,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const { run, stream, user } = parts
  const unit = [`${user ? '_SYSTEMD_USER_UNIT' : '_SYSTEMD_UNIT'}=${name}.service`]
  // What it wrote itself; systemd's own words about it go by another way.
  const match = [...unit, '_TRANSPORT=stdout', '_TRANSPORT=syslog']
  const from = Math.max(Date.parse(createdAt), query.since === null ? 0 : Date.parse(query.since))
  const since = `--since=${when(from)}`
  const until = query.until === null ? [] : [`--until=${when(Date.parse(query.until))}`]
  if (query.tail === null) {
    const follow = query.follow ? ['--follow', '--no-tail'] : []
    for await (const entry of entries(stream, journalArgv(user, since, ...until, ...follow, ...match), signal))
      yield* linesOf(entry)
    return
  }
  // Backwards, because with --since journalctl counts its lines from the start. Even for none: it tells where to go on.
  const argv = journalArgv(user, since, ...until, '--reverse', `--lines=${Math.max(1, query.tail)}`, ...match)
  const newestFirst = (await must(run, argv)).split('\n').flatMap((line) => readEntry(line) ?? [])
  const past = newestFirst.toReversed()
  if (query.tail > 0) yield* past.flatMap(linesOf)
  if (!query.follow || signal.aborted) return
  const cursor = past.at(-1)?.__CURSOR
  const start = cursor === undefined ? since : `--after-cursor=${cursor}`
  for await (const entry of entries(stream, journalArgv(user, start, '--follow', '--no-tail', ...match), signal))
    yield* linesOf(entry)
}
