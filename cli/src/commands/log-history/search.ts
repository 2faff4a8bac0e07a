import type { KeptLine, LogGap } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseMoment, wholeNumber } from '../../moment.ts'
import { hueOf, logLineText } from '../../presentation/log-line.ts'
import { widthOf } from '../../presentation/width.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  service?: string
  stack?: string
  target?: string
  level?: string
  stream?: string
  since?: string
  until?: string
  contains?: string
  regex?: string
  where?: string
  lines?: string
  oldest?: boolean
  around?: string
}

const atOnce = 1000

function filterOf(options: Options, words: readonly string[]) {
  const { service, stack, target, level, stream, since, until, contains, regex, where } = options
  // A shell takes quotes away: what came as one word with blanks was meant as a phrase.
  const q = words.map((word) => (/\s/.test(word) && !word.includes('"') ? `"${word}"` : word)).join(' ')
  const given = {
    service,
    stack,
    target,
    stream,
    contains,
    regex,
    where,
    level: level?.toLowerCase(),
    q: q || undefined,
  }
  return {
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<
      Record<keyof typeof given, string>
    >),
    ...(since === undefined ? {} : { since: parseMoment(since, '--since') }),
    ...(until === undefined ? {} : { until: parseMoment(until, '--until') }),
  }
}

async function search(shell: Shell, options: Options, words: readonly string[]): Promise<void> {
  const wanted = options.lines === undefined ? 200 : wholeNumber(options.lines, '--lines')
  const { client } = await connect(shell)
  if (options.around !== undefined) {
    if (words.length > 0) throw usage('--around shows what stands around one line; leave the words out.')
    const beside = Math.min(500, Math.ceil(wanted / 2))
    const filter = filterOf(options, [])
    const { items, gaps: missing } = await client.logHistory.around({
      position: options.around,
      before: beside,
      after: beside,
      ...filter,
    })
    return print(shell, items, missing)
  }
  const filter = filterOf(options, words)
  const order = options.oldest ? 'oldest' : 'newest'
  const found: KeptLine[] = []
  const gaps: LogGap[] = []
  let cursor: string | null = null
  do {
    const limit = Math.min(atOnce, wanted - found.length)
    const page: Awaited<ReturnType<typeof client.logHistory.search>> = await client.logHistory.search({
      ...filter,
      order,
      limit,
      ...(cursor === null ? {} : { cursor }),
    })
    found.push(...page.items)
    gaps.push(...page.gaps)
    cursor = page.nextCursor
    if (page.scanned.broken > 0)
      shell.say(`${page.scanned.broken} blocks could not be read; their lines are missing here.`, 'yellow')
  } while (cursor !== null && found.length < wanted)
  // As in every log the newest stands last, whatever was looked for first.
  print(shell, order === 'newest' ? found.toReversed() : found, gaps)
  if (found.length === 0) shell.say('No kept line is like that. wh log sources lists whose lines are kept.', 'dim')
  else if (cursor !== null) shell.say(`There are more; --lines brings them, or --since and --until.`, 'dim')
}

const reasons: Record<LogGap['reason'], string> = {
  rotated: 'its target no longer had them',
  unwritten: 'they could not be written before it was gone',
}

/** A gap as a sentence between the lines. */
const gapLine = ({ from, to, reason, ...named }: LogGap): KeptLine => ({
  ...named,
  at: to,
  stream: 'system',
  level: null,
  text: `Lines from ${from} to ${to} are missing: ${reasons[reason]}.`,
  position: '',
  stack: null,
  goesOn: false,
})

/** Those lines with the gaps between them; each gap once, also where it reaches over two pages. */
function withGaps(lines: readonly KeptLine[], gaps: readonly LogGap[]): KeptLine[] {
  if (gaps.length === 0) return [...lines]
  const each = new Map(gaps.map((gap) => [`${gap.sourceId} ${gap.from}`, gapLine(gap)]))
  const times = (one: KeptLine): number => Date.parse(one.at)
  return [...each.values(), ...lines].toSorted((a, b) => times(a) - times(b))
}

function print(shell: Shell, found: readonly KeptLine[], gaps: readonly LogGap[]): void {
  if (shell.globals.output === 'json') {
    shell.write(found.map((line) => `${JSON.stringify(line)}\n`).join(''))
    return
  }
  if (shell.globals.output === 'name') {
    shell.write(found.map(({ position }) => `${position}\n`).join(''))
    return
  }
  const lines = withGaps(found, gaps)
  const names = [...new Set(lines.map(({ service }) => service))]
  const longest = Math.max(0, ...names.map(widthOf))
  shell.write(
    lines
      .map((line) => {
        const text = line.service + ' '.repeat(longest - widthOf(line.service))
        const prefix = { text, paint: hueOf(names.indexOf(line.service)) }
        return `${logLineText(line, shell.out, { timestamps: true, prefix })}\n`
      })
      .join(''),
  )
}

export function defineSearch(command: Command): void {
  command
    .argument(
      '[word...]',
      'whole words, all of them; "some words" in that order; -word, behind --, for lines without it',
    )
    .option('--service <name,…>', 'of these: names, ids or stack/service, also of services that are gone')
    .option('--stack <name>', 'of all services of a stack')
    .option('--target <name>', 'of what runs or ran there')
    .option('--level <level,…>', 'only these: trace, debug, info, warn, error, fatal, none')
    .option('--stream <name,…>', 'only these: stdout, stderr, system')
    .option('--since <time>', 'since 10m, 14:30 or a time')
    .option('--until <time>', 'up to then')
    .option('--contains <text>', 'with these letters, also within words')
    .option('--regex <pattern>', 'that match')
    .option('--where <field…>', 'with such fields: status>=500,path~/api; also = != > < <= !~')
    .option('--lines <n>', 'so many at most; 200 unless told')
    .option('--oldest', 'the first of them instead of the last')
    .option('--around <position>', 'instead: what stands around a line; -o name prints positions')
  action(command, search)
}
