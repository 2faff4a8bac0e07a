import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { goOn } from '../../delivery/follow.ts'
import { findDeployment } from '../../delivery/names.ts'
import { action } from '../../globals.ts'
import { deploymentText } from '../../presentation/delivery/deployments.ts'
import { structured } from '../../presentation/output.ts'

const run = 'its id, or stack/environment#number'

export function define(command: Command): void {
  command.argument('<deployment>', run)
  action(command, async (shell, _, [name = '']) => {
    const { client } = await connect(shell)
    const found = await findDeployment(client, name)
    if (shell.globals.output === 'name') return shell.write(`${found.id}\n`)
    if (!(await structured(shell, found))) shell.write(deploymentText(found, shell.out))
  })
}

/** Comes back to a run that was left, and exits as `wh deploy` would have. */
export function defineFollow(command: Command): void {
  command.argument('<deployment>', run).option('--verbose', 'also print what the stages print')
  action(command, async (shell, options: { verbose?: boolean }, [name = '']) => {
    const connection = await connect(shell)
    return goOn(shell, connection, await findDeployment(connection.client, name), options)
  })
}
