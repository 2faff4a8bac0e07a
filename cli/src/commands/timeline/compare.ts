import type { InputOf, timeline } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseDuration, parseMoment } from '../../moment.ts'
import { measureColumns } from '../../presentation/looking/axis.ts'
import { structured } from '../../presentation/output.ts'
import { table } from '../../presentation/table.ts'
import { clock } from '../../presentation/units.ts'
import type { Shell } from '../../shell.ts'

type Asked = Partial<InputOf<(typeof timeline)['compare']>>

export interface CompareOptions {
  stack?: string
  target?: string
  deployment?: string
  at?: string
  window?: string
  lastWeek?: boolean
}

export function comparisonOf({ at, window, lastWeek }: CompareOptions): Asked {
  const windowMs = window === undefined ? undefined : parseDuration(window)
  if (windowMs === null) throw usage(`--window takes 15m, 1h or 1d, not "${window}".`)
  return {
    ...(at === undefined ? {} : { at: parseMoment(at, '--at') }),
    ...(windowMs === undefined ? {} : { windowMs }),
    ...(lastWeek ? { against: 'last-week' } : {}),
  }
}

/** Asks, and prints both sides beside each other. */
export async function printComparison(shell: Shell, asked: Asked): Promise<void> {
  const { client } = await connect(shell)
  const answer = await client.timeline.compare(asked)
  if (await structured(shell, answer)) return
  const { before, after } = answer
  const side = ({ since, until }: typeof before): string =>
    `${clock(since, shell.out.now)} to ${clock(until, shell.out.now)}`
  shell.say(`${answer.title}: ${side(before)} beside ${side(after)}`, 'dim')
  const { headers, output } = shell.globals
  shell.write(
    table(measureColumns, answer.measures, shell.out, { headers: headers !== false, wide: output === 'wide' }),
  )
  shell.write(`${answer.summary}\n`)
  for (const limit of answer.limits) shell.say(limit, 'dim')
}

export const addWindow = (command: Command): Command =>
  command
    .option('--window <duration>', 'length of each side; 1h unless told')
    .option('--last-week', 'beside the same time a week before instead')

export function define(command: Command): void {
  addWindow(
    command
      .argument('[service]', 'by id or name, also when it is gone')
      .option('--stack <name>', 'of a whole stack')
      .option('--target <name>', 'of a target, or of the stack there')
      .option('--deployment <id>', 'around this run; the last one unless told')
      .option('--at <time>', 'around 14:30 or a time instead'),
  )
  action(command, async (shell, options: CompareOptions, [service]) => {
    const { stack, target, deployment } = options
    await printComparison(shell, {
      ...(service === undefined ? {} : { service }),
      ...(stack === undefined ? {} : { stack }),
      ...(target === undefined ? {} : { target }),
      ...(deployment === undefined ? {} : { deployment }),
      ...comparisonOf(options),
    })
  })
}
