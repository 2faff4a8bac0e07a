import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findDeployment } from '../../delivery/names.ts'
import { writeOut } from '../../delivery/write-out.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'

const formats = ['html', 'json'] as const
type Format = (typeof formats)[number]

export function define(command: Command): void {
  command
    .argument('<deployment>', 'its id, or stack/environment#number')
    .option('--format <html|json>', 'html unless told, or as the name of the file ends')
    .option('--export <file>', 'into this file')
  action(command, async (shell, options: { format?: string; export?: string }, [name = '']) => {
    const told =
      options.format ?? (options.export?.endsWith('.json') || shell.globals.output === 'json' ? 'json' : 'html')
    if (!formats.includes(told as Format)) throw usage(`--format takes html or json, not "${told}".`)
    const { client } = await connect(shell)
    const { id } = await findDeployment(client, name)
    await writeOut(shell, await client.deployments.report({ id, format: told as Format }), options.export)
  })
}
