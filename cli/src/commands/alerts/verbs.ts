import type { Alert } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseDuration } from '../../moment.ts'
import { alertText } from '../../presentation/alerts.ts'
import { structured } from '../../presentation/output.ts'
import type { Shell } from '../../shell.ts'

/** `12` and `#12` alike. */
const numberOf = (text = ''): string => text.replace(/^#/, '')

async function done(shell: Shell, alert: Alert, words: string): Promise<void> {
  if (!(await structured(shell, alert))) shell.say(`#${alert.number} ${alert.subject} ${words}.`, 'green')
}

export function defineShow(command: Command): void {
  command.argument('<number>')
  action(command, async (shell, _options: object, [id]) => {
    const { client } = await connect(shell)
    const alert = await client.alerts.get({ id: numberOf(id) })
    if (!(await structured(shell, alert))) shell.write(alertText(alert, shell.out))
  })
}

export function defineAck(command: Command): void {
  command.argument('<number...>').option('--reason <text>', 'shown to the others beside it')
  action(command, async (shell, { reason }: { reason?: string }, ids) => {
    const { client } = await connect(shell)
    for (const id of ids) {
      const alert = await client.alerts.acknowledge({ id: numberOf(id), ...(reason === undefined ? {} : { reason }) })
      await done(shell, alert, 'is yours: nobody is told more of it until it is over')
    }
  })
}

export function defineSnooze(command: Command): void {
  command
    .argument('<number...>')
    .option('--for <duration>', 'how long, 1h unless told')
    .option('--reason <text>', 'shown to the others beside it')
  action(command, async (shell, options: { for?: string; reason?: string }, ids) => {
    const forMs = parseDuration(options.for ?? '1h')
    if (forMs === null || forMs < 60_000) throw usage(`--for takes a duration from 1m, not "${options.for ?? ''}".`)
    const { client } = await connect(shell)
    const why = options.reason === undefined ? {} : { reason: options.reason }
    for (const id of ids)
      await done(
        shell,
        await client.alerts.snooze({ id: numberOf(id), forMs, ...why }),
        `is quiet for ${options.for ?? '1h'}`,
      )
  })
}

export function defineReopen(command: Command): void {
  command.argument('<number...>')
  action(command, async (shell, _options: object, ids) => {
    const { client } = await connect(shell)
    for (const id of ids) await done(shell, await client.alerts.reopen({ id: numberOf(id) }), 'is open again')
  })
}
