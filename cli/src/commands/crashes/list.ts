import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { action } from '../../globals.ts'
import { parseMoment, wholeNumber } from '../../moment.ts'
import { crashColumns } from '../../presentation/looking/crash.ts'
import { structured } from '../../presentation/output.ts'
import { table } from '../../presentation/table.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  stack?: string
  target?: string
  since?: string
  until?: string
  limit?: string
}

async function list(shell: Shell, options: Options, [service]: readonly string[]): Promise<void> {
  const { stack, target, since, until, limit } = options
  const { client } = await connect(shell)
  const answer = await client.crashes.list({
    ...(service === undefined ? {} : { service }),
    ...(stack === undefined ? {} : { stack }),
    ...(target === undefined ? {} : { target }),
    ...(since === undefined ? {} : { since: parseMoment(since, '--since') }),
    ...(until === undefined ? {} : { until: parseMoment(until, '--until') }),
    ...(limit === undefined ? {} : { limit: wholeNumber(limit, '--limit') }),
  })
  if (shell.globals.output === 'name') return shell.write(answer.items.map(({ id }) => `${id}\n`).join(''))
  if (await structured(shell, answer)) return
  if (answer.items.length === 0) return shell.say('No crash is known.', 'dim')
  const { headers, output } = shell.globals
  shell.write(table(crashColumns, answer.items, shell.out, { headers: headers !== false, wide: output === 'wide' }))
  if (answer.more) shell.say('There are older ones; --limit or --until brings them.', 'dim')
}

export function define(command: Command): void {
  command
    .argument('[service]', 'of this one, by id or name, also when it is gone')
    .option('--stack <name>', 'of all services of a stack')
    .option('--target <name>', 'of what runs or ran there')
    .option('--since <time>', 'since 2h, 14:30 or a time')
    .option('--until <time>', 'up to then')
    .option('--limit <n>', 'at most this many; 50 unless told')
  action(command, list)
}
