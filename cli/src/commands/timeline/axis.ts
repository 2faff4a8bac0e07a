import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseMoment } from '../../moment.ts'
import { markColumns } from '../../presentation/looking/axis.ts'
import { structured } from '../../presentation/output.ts'
import { table } from '../../presentation/table.ts'
import type { Shell } from '../../shell.ts'

interface Options {
  stack?: string
  target?: string
  since?: string
  until?: string
  kinds?: string
}

async function axis(shell: Shell, options: Options, [service]: readonly string[]): Promise<void> {
  const { stack, target, since, until, kinds } = options
  if (service === undefined && stack === undefined && target === undefined)
    throw usage('Name a service, or --stack or --target. wh events lists what happened anywhere.')
  const { client } = await connect(shell)
  const answer = await client.timeline.axis({
    ...(service === undefined ? {} : { service }),
    ...(stack === undefined ? {} : { stack }),
    ...(target === undefined ? {} : { target }),
    ...(kinds === undefined ? {} : { kinds }),
    ...(since === undefined ? {} : { since: parseMoment(since, '--since') }),
    ...(until === undefined ? {} : { until: parseMoment(until, '--until') }),
  })
  if (await structured(shell, answer)) return
  if (answer.hidden.length > 0) shell.say(`You may not see: ${answer.hidden.join(', ')}.`, 'yellow')
  if (answer.more > 0) shell.say(`${answer.more} older ones are not shown.`, 'dim')
  if (answer.marks.length === 0) return shell.say(`Nothing happened to ${answer.subject.name} in this time.`, 'dim')
  const { headers, output } = shell.globals
  shell.write(table(markColumns, answer.marks, shell.out, { headers: headers !== false, wide: output === 'wide' }))
}

export function define(command: Command): void {
  command
    .argument('[service]', 'by id or name, also when it is gone, or stack/service')
    .option('--stack <name>', 'of a whole stack')
    .option('--target <name>', 'of a target, or of the stack there')
    .option('--since <time>', 'since 2h, 14:30 or a time; an hour ago unless told')
    .option('--until <time>', 'up to then; now unless told')
    .option('--kinds <kind,…>', 'only these: deployment, config, life, crash, health, alert, event')
  action(command, axis)
}
