import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { action } from '../globals.ts'
import { findNoun } from '../nouns/nouns.ts'
import { describers } from '../nouns/describers.ts'
import { structured } from '../presentation/output.ts'
import { printRows } from './get.ts'

export function define(command: Command): void {
  command
    .argument(
      '<noun>',
      'service, target, stack, image, volume, network, swarm, node, task, secret, deployment, release, backup, config, certificate, trigger, user, job, …',
    )
    .argument('<name>', 'name or id')
    .option('--target <name>', 'look for it on this target only')
  action(command, async (shell, options: { target?: string }, [word = '', name = '']) => {
    const noun = findNoun(word)
    const { client } = await connect(shell)
    const row = await noun.one(client, name, options.target ? { target: options.target } : {})
    if (shell.globals.output === 'name') return printRows(shell, noun, [row], true)
    if (await structured(shell, row)) return
    const describe = describers[noun.name]
    if (describe) shell.write(await describe(client, row as never, shell.out))
    else await printRows({ ...shell, globals: { ...shell.globals, output: 'wide' } }, noun, [row], true)
  })
}
