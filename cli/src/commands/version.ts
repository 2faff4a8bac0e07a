import type { Command } from 'commander'
import { clientOf, findAccess } from '../connect.ts'
import { version } from '../derived/tables.ts'
import { action } from '../globals.ts'
import { structured } from '../presentation/output.ts'

export function define(command: Command): void {
  command.option('--client', 'of this command only, without asking the server')
  action(command, async (shell, options: { client?: boolean }) => {
    const access = options.client ? null : await findAccess(shell.globals)
    const asked = access?.token ? clientOf(access.url, () => access.token).diagnostics.version() : null
    const server = await asked?.then(
      (answer) => answer,
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    )
    const answer = typeof server === 'object' ? server : null
    if (await structured(shell, { client: { version: version(), node: process.versions.node }, server: answer })) return
    shell.write(`wh ${version()} (Node ${process.versions.node})\n`)
    if (answer)
      shell.write(`${answer.name} ${answer.version} (Node ${answer.node.replace(/^v/, '')}) at ${access?.url ?? ''}\n`)
    else if (access)
      shell.say(
        typeof server === 'string' ? server : `Not signed in to ${access.url}: run wh login to see its version.`,
        'dim',
      )
  })
}
