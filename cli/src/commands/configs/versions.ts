import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { addSet, configSet, type SetOptions } from '../../delivery/config-set.ts'
import { findConfig } from '../../delivery/names.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { wholeNumber } from '../../moment.ts'
import { versionColumns } from '../../presentation/delivery/configs.ts'
import { diffText } from '../../presentation/delivery/diff.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { confirm } from '../../prompt.ts'

interface Diff extends SetOptions {
  from?: string
  to?: string
  with?: string
}

export function defineDiff(command: Command): void {
  addSet(command)
    .option('--from <n>', 'this version; the one before the newest unless told')
    .option('--to <n>', 'and this one; the newest unless told')
    .option('--with <set>', 'another set instead, such as that of another environment')
  action(command, async (shell, options: Diff) => {
    if (options.with !== undefined && options.from !== undefined)
      throw usage('--with compares sets, --from compares versions. Use one.')
    const connection = await connect(shell)
    const { client } = connection
    const set = await configSet(connection, options)
    const other = options.with === undefined ? undefined : (await findConfig(client, options.with)).id
    const answer = await client.configs.diff({
      id: set.id,
      from: options.from === undefined ? undefined : wholeNumber(options.from, '--from'),
      to: options.to === undefined ? undefined : wholeNumber(options.to, '--to'),
      with: other,
    })
    if (await structured(shell, answer)) return
    if (answer.diff.trim() === '') return shell.say(`${answer.before} and ${answer.after} do not differ.`, 'green')
    shell.write(diffText(answer.diff, shell.out))
    const { added, changed, removed } = answer
    shell.say(`${added.length} added, ${changed.length} changed, ${removed.length} removed`, 'dim')
  })
}

export function defineHistory(command: Command): void {
  addSet(command).option('--limit <n>', 'at most this many; 50 unless told')
  action(command, async (shell, options: SetOptions & { limit?: string }) => {
    const limit = options.limit === undefined ? 50 : wholeNumber(options.limit, '--limit')
    const connection = await connect(shell)
    const set = await configSet(connection, options)
    const page = await connection.client.configs.history({ id: set.id, limit })
    if (await structured(shell, page)) return
    const { output, headers } = shell.globals
    if (output === 'name') return shell.write(page.items.map((one) => `${one.version}\n`).join(''))
    shell.write(table(versionColumns, page.items, shell.out, { headers: headers !== false, wide: output === 'wide' }))
  })
}

interface Restore extends SetOptions {
  reason?: string
  dryRun?: boolean
  yes?: boolean
}

export function defineRestore(command: Command): void {
  addSet(command.argument('<version>', 'number of the version'))
    .option('--reason <text>', 'why, for the history')
    .option('--dry-run', 'show what would change')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Restore, [text = '']) => {
    const version = wholeNumber(text.replace(/^v/, ''), 'The version')
    const connection = await connect(shell)
    const { client } = connection
    const set = await configSet(connection, options)
    const input = { id: set.id, version, reason: options.reason }
    if (options.dryRun || !options.yes) {
      const plan = await client.configs.restore.plan(input)
      if (options.dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      const { diff } = await client.configs.diff({ id: set.id, from: set.version, to: version })
      shell.say(planText(plan, shell.talk))
      shell.say(diffText(diff, shell.talk))
      await confirm(shell, `Make version ${version} the newest of ${set.name}?`, options.yes)
    }
    const after = await client.configs.restore(input)
    if (!(await structured(shell, after)))
      shell.say(`${set.name} is as in version ${version}, which is now version ${after.version}.`)
  })
}
