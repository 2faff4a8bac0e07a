import { extname } from 'node:path'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { addSet, configSet, type SetOptions } from '../../delivery/config-set.ts'
import { writeOut } from '../../delivery/write-out.ts'
import { readText } from '../../derived/input.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { confirm } from '../../prompt.ts'

const formats = ['env', 'json', 'yaml'] as const
type Format = (typeof formats)[number]

function formatOf(told: string | undefined, file: string | undefined): Format | undefined {
  const byName = { '.json': 'json', '.yaml': 'yaml', '.yml': 'yaml', '.env': 'env' } as const
  if (told === undefined) return file === undefined ? undefined : byName[extname(file) as keyof typeof byName]
  if (formats.includes(told as Format)) return told as Format
  throw usage(`--format takes ${formats.join(', ')}, not "${told}".`)
}

interface Import extends SetOptions {
  format?: string
  replace?: boolean
  reason?: string
  dryRun?: boolean
  yes?: boolean
}

export function defineImport(command: Command): void {
  addSet(command.argument('<source>', 'a file, or - for standard input'))
    .option('--format <env|json|yaml>', 'told from the name or the text unless given')
    .option('--replace', 'keys that are not in it go; they stay unless told')
    .option('--reason <text>', 'why, for the history')
    .option('--dry-run', 'show what would change')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Import, [source = '']) => {
    const format = formatOf(options.format, source)
    const text = await readText(source, 'The file')
    const connection = await connect(shell)
    const { client } = connection
    const set = await configSet(connection, options)
    const input = { id: set.id, text, format, replace: options.replace, reason: options.reason }
    if (options.dryRun || !options.yes) {
      const plan = await client.configs.import.plan(input)
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      shell.say(planText(plan, shell.talk))
      await confirm(shell, `Save this in ${set.name}?`, options.yes)
    }
    const after = await client.configs.import(input)
    if (!(await structured(shell, after)))
      shell.say(`${set.name} is now at version ${after.version}, with ${after.keys} keys.`)
  })
}

interface Export extends SetOptions {
  format?: string
  secrets?: boolean
  export?: string
}

export function defineExport(command: Command): void {
  addSet(command)
    .option('--format <env|json|yaml>', 'env unless told, or as the name of the file ends')
    .option('--secrets', 'with the values of secrets; audited')
    .option('--export <file>', 'into this file, mode 0600')
  action(command, async (shell, options: Export) => {
    const format = formatOf(options.format, options.export)
    const connection = await connect(shell)
    const set = await configSet(connection, options)
    await writeOut(
      shell,
      await connection.client.configs.export({ id: set.id, format, secrets: options.secrets }),
      options.export,
    )
  })
}
