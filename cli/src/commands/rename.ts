import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { action } from '../globals.ts'
import { structured } from '../presentation/output.ts'
import { findService } from '../resolve.ts'

export function define(command: Command): void {
  command
    .argument('<service>', 'name or id')
    .argument('<new-name>')
    .option('--target <name>', 'look for it on this target only')
  action(command, async (shell, options: { target?: string }, [from = '', to = '']) => {
    const { client } = await connect(shell)
    const service = await findService(client, from, options)
    const renamed = await client.services.rename({ id: service.id, name: to })
    if (await structured(shell, renamed)) return
    if (shell.globals.output === 'name') return shell.write(`${renamed.name}\n`)
    shell.say(`${service.name} is called ${renamed.name} now.`)
  })
}
