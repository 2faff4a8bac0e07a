import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { goOn } from '../../delivery/follow.ts'
import { findDeployment } from '../../delivery/names.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'

const run = 'its id, or stack/environment#number'

/** `wh approve` and `wh refuse`: the decision on the stage that waits. */
export const defineDecision =
  (approve: boolean) =>
  (command: Command): void => {
    command.argument('<deployment>', run).option('--reason <text>', 'why, for the history')
    action(command, async (shell, options: { reason?: string }, [name = '']) => {
      const { client } = await connect(shell)
      const found = await findDeployment(client, name)
      const after = await client.deployments.decide({ id: found.id, approve, reason: options.reason })
      if (shell.globals.output === 'name') return shell.write(`${after.id}\n`)
      if (await structured(shell, after)) return
      const stage = after.approval?.stage ?? found.approval?.stage ?? 'the stage'
      shell.say(
        approve
          ? `${stage} may go on. wh deployments follow ${after.id} shows how it ends.`
          : `${stage} is refused. ${after.stack} ${after.environment} is now ${after.state}.`,
        approve ? 'green' : 'yellow',
      )
    })
  }
export const defineApprove = defineDecision(true)
export const defineRefuse = defineDecision(false)

export function defineCancel(command: Command): void {
  command.argument('<deployment>', run).option('--watch', 'stay until it is undone')
  action(command, async (shell, options: { watch?: boolean }, [name = '']) => {
    const connection = await connect(shell)
    const found = await findDeployment(connection.client, name)
    const after = await connection.client.deployments.cancel({ id: found.id })
    if (options.watch) return goOn(shell, connection, after, {})
    if (shell.globals.output === 'name') return shell.write(`${after.id}\n`)
    if (await structured(shell, after)) return
    shell.say(
      after.state === 'cancelled'
        ? `Run ${after.number} of ${after.stack} ${after.environment} is cancelled.`
        : `Run ${after.number} of ${after.stack} ${after.environment} is ${after.state}. wh deployments follow ${after.id} shows its undo.`,
    )
  })
}
