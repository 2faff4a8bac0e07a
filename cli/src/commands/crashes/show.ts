import type { Client } from '@wheelhouse/client'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { Complaint } from '../../failure.ts'
import { action } from '../../globals.ts'
import { wholeNumber } from '../../moment.ts'
import { crashText } from '../../presentation/looking/crash.ts'
import { structured } from '../../presentation/output.ts'
import type { Shell } from '../../shell.ts'

/** An id, the beginning of one as the list shows it, or a service for its last crash. */
async function idOf(client: Client, typed: string): Promise<string> {
  if (/^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(typed)) return typed
  const { items } = await client.crashes.list({ limit: 200 })
  const begins = items.filter(({ id }) => id.startsWith(typed))
  const [found, second] = begins.length > 0 ? begins : items.filter(({ service }) => service === typed).slice(0, 1)
  if (second)
    throw new Complaint('conflict', 'AMBIGUOUS', `Several crashes begin with "${typed}". Type more of the id.`)
  if (!found)
    throw new Complaint('notFound', 'NOT_FOUND', `There is no crash "${typed}". wh crashes lists those that are known.`)
  return found.id
}

async function show(shell: Shell, options: { lines?: string }, [typed = '']: readonly string[]): Promise<void> {
  const lines = options.lines === undefined ? 40 : wholeNumber(options.lines, '--lines')
  const { client } = await connect(shell)
  const report = await client.crashes.get({ id: await idOf(client, typed) })
  if (await structured(shell, report)) return
  shell.write(crashText(report, lines, shell.out))
}

export function define(command: Command): void {
  command
    .argument('<crash>', 'its id, the beginning of it, or a service for its last crash')
    .option('--lines <n>', 'so many of its last words; 40 unless told, 200 are kept at hand')
  action(command, show)
}
