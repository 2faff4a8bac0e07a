import type { Cache, HouseBackup } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { requirePlace, writeTo } from '../../derived/transfer.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { followJob } from '../../live/follow-job.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { type Column, table } from '../../presentation/table.ts'
import { age, bytes } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'

export function defineBackup(command: Command): void {
  action(command, async (shell) => {
    const { client } = await connect(shell)
    const job = await client.maintenance.backup()
    await followJob(
      shell,
      client,
      job,
      ({ result }) => `${String(result?.name)} is whole. The master key is not in it: keep that elsewhere.`,
      {
        names: ({ result }) => [String(result?.name)],
      },
    )
  })
}

const columns: readonly Column<HouseBackup>[] = [
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'AGE', align: 'right', cell: ({ createdAt }, look) => age(createdAt, look.now) },
  { head: 'SIZE', align: 'right', cell: ({ sizeBytes }) => bytes(sizeBytes) },
  { head: 'BY', cell: ({ createdBy }) => createdBy },
  { head: 'VERSION', cell: ({ version }) => version },
]

export function defineBackups(command: Command): void {
  command.option('--verify', 'read each and hold it against its checksum')
  action(command, async (shell, { verify }: { verify?: boolean }) => {
    const { client } = await connect(shell)
    const answer = await client.maintenance.backups()
    const verdicts = verify
      ? await Promise.all(answer.items.map(({ name }) => client.maintenance.verifyBackup({ name })))
      : []
    if (verdicts.some(({ ok }) => !ok)) process.exitCode = 1
    if (await structured(shell, verify ? { ...answer, verdicts } : answer)) return
    if (answer.items.length === 0) return shell.say('No copies yet: wh admin backup.', 'dim')
    shell.write(table(columns, answer.items, shell.out, { headers: shell.globals.headers !== false }))
    for (const { name, ok, found } of verdicts)
      shell.say(ok ? `${name} is whole.` : `${name} is damaged: ${found.join(' ')}`, ok ? 'green' : 'red')
    if (answer.restoring !== null)
      shell.say(`${answer.restoring} takes the place of the database with the next start.`, 'yellow')
  })
}

export function defineRestore(command: Command): void {
  command
    .argument('[name]', 'of wh admin backups')
    .option('--cancel', 'leave the database as it is with the next start')
    .option('--dry-run', 'show what would be other')
    .option('-y, --yes', 'do not ask')
  action(
    command,
    async (shell, { cancel, dryRun, yes }: { cancel?: boolean; dryRun?: boolean; yes?: boolean }, [name]) => {
      const { client } = await connect(shell)
      if (cancel) {
        await client.maintenance.cancelRestore()
        return shell.say('The database stays as it is.', 'green')
      }
      if (name === undefined) throw usage('Name the copy to restore: wh admin backups lists them.')
      const plan = await client.maintenance.restore.plan({ name })
      if (dryRun) {
        if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
        return
      }
      if (!yes) {
        shell.say(planText(plan, shell.talk))
        await confirm(shell, 'Restore it with the next start?', yes)
      }
      const answer = await client.maintenance.restore({ name, plan: plan.digest })
      if (!(await structured(shell, answer))) shell.say(answer.message, 'yellow')
    },
  )
}

export function defineIntegrity(command: Command): void {
  action(command, async (shell) => {
    const { client } = await connect(shell)
    await followJob(shell, client, await client.maintenance.checkDatabase(), 'The database is whole.')
  })
}

export function defineCompact(command: Command): void {
  action(command, async (shell) => {
    const { client } = await connect(shell)
    await followJob(
      shell,
      client,
      await client.maintenance.compactDatabase(),
      ({ result }) => `${bytes(Number(result?.freedBytes ?? 0))} freed.`,
    )
  })
}

const levels = ['debug', 'info', 'warn', 'error', 'silent'] as const

export function defineLogLevel(command: Command): void {
  command.argument('[level]', levels.join(', '))
  action(command, async (shell, _: object, [level]) => {
    const wanted = levels.find((each) => each === level)
    if (level !== undefined && wanted === undefined) throw usage(`There is no level "${level}": ${levels.join(', ')}.`)
    const { client } = await connect(shell)
    const answer =
      wanted === undefined
        ? await client.maintenance.logLevel()
        : await client.maintenance.setLogLevel({ level: wanted })
    if (await structured(shell, answer)) return
    shell.write(`${answer.level}\n`)
    if (answer.level !== answer.configured) shell.say(`After a restart it is ${answer.configured} again.`, 'dim')
  })
}

const cacheColumns: readonly Column<Cache>[] = [
  { head: 'CACHE', cell: ({ name }) => name },
  {
    head: 'SIZE',
    align: 'right',
    cell: ({ bytes: size, entries }) => (size === null ? `${entries ?? 0} in memory` : bytes(size)),
  },
  { head: 'WHAT', cell: ({ summary }) => summary },
]

export function defineCaches(command: Command): void {
  command.option('--clear <name,…>', 'clear these, or all').option('-y, --yes', 'do not ask')
  action(command, async (shell, { clear, yes }: { clear?: string; yes?: boolean }) => {
    const { client } = await connect(shell)
    const { items } = await client.maintenance.caches()
    if (clear === undefined) {
      if (await structured(shell, { items })) return
      return shell.write(table(cacheColumns, items, shell.out, { headers: shell.globals.headers !== false }))
    }
    const names = clear === 'all' ? items.map(({ name }) => name) : clear.split(',').map((name) => name.trim())
    const plan = await client.maintenance.clearCaches.plan({ names })
    if (!yes) {
      shell.say(planText(plan, shell.talk))
      await confirm(shell, 'Clear them?', yes)
    }
    const answer = await client.maintenance.clearCaches({ names, plan: plan.digest })
    if (!(await structured(shell, answer))) shell.say(`${bytes(answer.freedBytes)} freed.`, 'green')
  })
}

export function defineBundle(command: Command): void {
  command.option('--to <file>', 'into this file; standard output unless told')
  action(command, async (shell, { to }: { to?: string }) => {
    requirePlace(to)
    const { client } = await connect(shell)
    await writeTo(shell, await client.maintenance.bundle(), to)
  })
}
