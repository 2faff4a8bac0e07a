import type { LogPattern } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { parseMoment, wholeNumber } from '../../moment.ts'
import { structured } from '../../presentation/output.ts'
import { type Column, table } from '../../presentation/table.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  service?: string
  stack?: string
  target?: string
  level?: string
  since?: string
  until?: string
  where?: string
  new?: boolean
  lines?: string
}

const columns: readonly Column<LogPattern>[] = [
  { head: 'LINES', cell: ({ lines }) => String(lines), align: 'right' },
  { head: 'SHARE', cell: ({ share }) => `${Math.round(share * 100)}%`, align: 'right' },
  { head: 'LEVEL', cell: ({ level }) => level ?? '-' },
  { head: 'NEW', cell: ({ isNew }) => (isNew ? 'new' : ''), sparse: true },
  { head: 'LAST', cell: ({ lastAt }) => lastAt },
  { head: 'SERVICE', cell: ({ example }) => example.service },
  { head: 'PATTERN', cell: ({ pattern }) => pattern },
]

async function patterns(shell: Shell, options: Options, words: readonly string[]): Promise<void> {
  const { service, stack, target, level, since, until, where } = options
  const q = words.map((word) => (/\s/.test(word) && !word.includes('"') ? `"${word}"` : word)).join(' ')
  const given = { q: q || undefined, service, stack, target, where, level: level?.toLowerCase() }
  const { client } = await connect(shell)
  const answer = await client.logHistory.patterns({
    ...(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Partial<
      Record<keyof typeof given, string>
    >),
    ...(since === undefined ? {} : { since: parseMoment(since, '--since') }),
    ...(until === undefined ? {} : { until: parseMoment(until, '--until') }),
    limit: options.lines === undefined ? 50 : wholeNumber(options.lines, '--lines'),
  })
  const items = options.new ? answer.items.filter(({ isNew }) => isNew) : answer.items
  if (await structured(shell, { ...answer, items })) return
  if (items.length === 0) return shell.say(options.new ? 'Nothing new was said.' : 'No kept line is like that.', 'dim')
  const look = { headers: shell.globals.headers !== false, wide: shell.globals.output === 'wide' }
  shell.write(table(columns, items, shell.out, look))
  if (answer.isPartial)
    shell.say(`There are more lines than are looked at: these are only the newest ${answer.lines}.`, 'yellow')
  else if (answer.other > 0) shell.say(`${answer.other} lines are of further shapes; --lines brings them.`, 'dim')
}

export function definePatterns(command: Command): void {
  command
    .argument('[word...]', 'of lines with these words')
    .option('--service <name,…>', 'of these: names, ids or stack/service, also of services that are gone')
    .option('--stack <name>', 'of all services of a stack')
    .option('--target <name>', 'of what runs or ran there')
    .option('--level <level,…>', 'only these: trace, debug, info, warn, error, fatal, none')
    .option('--since <time>', 'since 10m, 14:30 or a time; the last hour unless told')
    .option('--until <time>', 'up to then')
    .option('--where <field…>', 'with such fields: status>=500,path~/api')
    .option('--new', 'only what was not said in as long a time before')
    .option('--lines <n>', 'so many shapes at most; 50 unless told')
  action(command, patterns)
}
