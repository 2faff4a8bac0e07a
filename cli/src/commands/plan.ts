import type { Command } from 'commander'
import { connect } from '../connect.ts'
import { exitCodes } from '../failure.ts'
import { action } from '../globals.ts'
import { structured } from '../presentation/output.ts'
import { planChanges, planText } from '../presentation/plan.ts'
import { readStackFile, type StackOptions, withNeeded } from '../stack-file.ts'
import { withObjects } from '../swarm/stack-objects.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]

export function addStackOptions(command: Command): Command {
  return command
    .argument('[file]', 'the same as -f')
    .option(
      '-f, --file <file>',
      'wheelhouse.yaml or a Compose file, a folder, or - for standard input; the one in this folder unless told',
    )
    .option('--target <name>', 'the target it goes to')
    .option('--name <name>', 'name of the stack; the one in the file unless told')
    .option('--var <NAME=VALUE>', 'a value for ${NAME} in the file', collect)
    .option('--env-file <file>', 'values from this file instead of the .env beside the stack file', collect)
}

/** `wh apply examples/hello` is `wh apply -f examples/hello`. */
export const withFile = <O extends StackOptions>(options: O, file: string | undefined): O =>
  file === undefined ? options : { ...options, file }

export function define(command: Command): void {
  addStackOptions(command).option('--exit-code', 'exit with 8 when the plan has changes')
  action(command, async (shell, options: StackOptions & { exitCode?: boolean }, [file]) => {
    const read = await readStackFile(withFile(options, file))
    const { client } = await connect(shell)
    const input = await withNeeded(await withObjects(client, read), client)
    const plan = await client.stacks.plan(input)
    if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
    if (options.exitCode && planChanges(plan) > 0) process.exitCode = exitCodes.changes[0]
  })
}
