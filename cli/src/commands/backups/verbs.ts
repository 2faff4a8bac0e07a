import type { Job } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findBackup } from '../../delivery/names.ts'
import { atPlace, manifestPlace, type SourceOptions } from '../../delivery/source.ts'
import { exitCodes } from '../../failure.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { wholeNumber } from '../../moment.ts'
import { backupColumns } from '../../presentation/delivery/backups.ts'
import { glyph } from '../../presentation/state.ts'
import { paint } from '../../presentation/look.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { count } from '../../presentation/units.ts'
import { clean } from '../../presentation/width.ts'
import { addSource } from '../deployments/flags.ts'

interface Create extends SourceOptions {
  includeDatabase?: boolean
  includeFiles?: boolean
  description?: string
  dryRun?: boolean
}

/** What to say of the backup a job made, by the name that its result has for it. */
function madeSentence(job: Job): string {
  const { backupId, id } = (job.result ?? {}) as { backupId?: unknown; id?: unknown }
  const made = backupId ?? id
  if (typeof made !== 'string') return 'The backup is complete.'
  return `Backup ${made} is complete. wh backup verify ${made} reads it again.`
}

export function defineCreate(command: Command): void {
  addSource(command)
    .option('--include-database', 'with a dump of its databases')
    .option('--no-include-database', 'without')
    .option('--include-files', 'with uploads and volumes')
    .option('--no-include-files', 'without')
    .option('--description <text>', 'what it is for')
    .option('--dry-run', 'show what it would hold, change nothing')
  action(command, async (shell, options: Create) => {
    const place = await manifestPlace(options.file)
    const { client, access } = await connect(shell)
    const input = {
      ...place,
      environment: options.environment,
      database: options.includeDatabase,
      files: options.includeFiles,
      description: options.description,
    }
    if (options.dryRun) {
      const plan = await atPlace(place, access.url, () => client.backups.create.plan(input))
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    const job = await atPlace(place, access.url, () => client.backups.create(input))
    await followJob(shell, client, job, madeSentence)
  })
}

interface List {
  limit?: string
  stack?: string
  environment?: string
}

export function defineList(command: Command): void {
  command
    .option('--limit <n>', 'at most this many; 20 unless told')
    .option('--stack <name>', 'of this stack')
    .option('-e, --environment <name>', 'of this environment')
  action(command, async (shell, options: List) => {
    const limit = options.limit === undefined ? 20 : wholeNumber(options.limit, '--limit')
    const { client } = await connect(shell)
    const page = await client.backups.list({ limit, stack: options.stack, environment: options.environment })
    if (await structured(shell, page)) return
    const { output, headers } = shell.globals
    if (output === 'name') return shell.write(page.items.map((one) => `${one.id}\n`).join(''))
    if (page.items.length === 0) return shell.say('No backups yet. Make one with wh backup create.', 'dim')
    shell.write(table(backupColumns, page.items, shell.out, { headers: headers !== false, wide: output === 'wide' }))
    if (page.total > page.items.length) shell.say(`${page.items.length} of ${page.total}. --limit shows more.`, 'dim')
  })
}

const argument = 'its id, such as 2026-02-15_14-30-00'

export function defineVerify(command: Command): void {
  command.argument('<backup>', argument)
  action(command, async (shell, _, [name = '']) => {
    const { client } = await connect(shell)
    const { id } = await findBackup(client, name)
    const answer = await client.backups.verify({ id })
    if (!answer.ok) process.exitCode = exitCodes.failed[0]
    if (await structured(shell, answer)) return
    const mark = glyph(answer.ok ? 'done' : 'error', shell.out)
    const said = answer.ok ? 'is whole' : 'is damaged. Nothing can be restored from it'
    shell.write(
      `${paint(mark.text, mark.paint, shell.out)} ${id} ${said}: ${count(answer.checked, 'part')} compared.\n`,
    )
    for (const problem of answer.problems) shell.write(`  ${paint(clean(problem), 'red', shell.out)}\n`)
  })
}

export function defineDrill(command: Command): void {
  command.argument('<backup>', argument)
  action(command, async (shell, _, [name = '']) => {
    const { client } = await connect(shell)
    const { id } = await findBackup(client, name)
    await followJob(shell, client, await client.backups.drill({ id }), async () => {
      const { drill } = await client.backups.get({ id })
      return `${id} can be restored.${drill === null ? '' : ` ${drill}`}`
    })
  })
}
