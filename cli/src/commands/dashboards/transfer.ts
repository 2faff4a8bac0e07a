import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import type { DashboardFile } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { writeOut } from '../../delivery/write-out.ts'
import { Complaint } from '../../failure.ts'
import { action } from '../../globals.ts'
import { structured } from '../../presentation/output.ts'
import type { Shell } from '../../shell.ts'

async function exportOne(shell: Shell, options: { to?: string }, [name = '']: readonly string[]): Promise<void> {
  const { client } = await connect(shell)
  const file = await client.dashboards.export({ id: name })
  const bytes = new TextEncoder().encode(`${JSON.stringify(file, null, 2)}\n`)
  await writeOut(shell, new Blob([bytes]).stream(), options.to)
}

/** What a file says to be; the server judges whether it is one. */
async function readBoard(file: string): Promise<DashboardFile> {
  const path = file === '-' ? 'the input' : resolve(file)
  const said = await (file === '-' ? text(process.stdin) : readFile(path, 'utf8')).catch((error: unknown) => {
    throw new Complaint('failed', 'FILE', `${path} cannot be read: ${(error as Error).message}.`)
  })
  try {
    return JSON.parse(said) as DashboardFile
  } catch (error) {
    throw new Complaint('usage', 'USAGE', `${path} is not JSON: ${(error as Error).message}`)
  }
}

interface ImportOptions {
  name?: string
  replace?: boolean
  shared?: boolean
}

async function importOne(shell: Shell, options: ImportOptions, [file = '']: readonly string[]): Promise<void> {
  const read = await readBoard(file)
  const { client } = await connect(shell)
  const board = await client.dashboards.import({
    file: options.name === undefined ? read : { ...read, name: options.name },
    ...(options.replace ? { replace: true } : {}),
    ...(options.shared ? { shared: true } : {}),
  })
  if (shell.globals.output === 'name') return shell.write(`${board.id}\n`)
  if (await structured(shell, board)) return
  shell.say(`${board.name} is there, with ${board.widgetCount} widget${board.widgetCount === 1 ? '' : 's'}.`, 'green')
}

export function defineExport(command: Command): void {
  command
    .argument('<dashboard>', 'its name or id')
    .option('--to <file>', 'into this file, mode 0600; to standard output unless told')
  action(command, exportOne)
}

export function defineImport(command: Command): void {
  command
    .argument('<file>', 'what was exported, - for standard input')
    .option('--name <name>', 'call it so instead')
    .option('--replace', 'the one of yours that has its name becomes it')
    .option('--shared', 'share it; needs dashboards.manage')
  action(command, importOne)
}
