import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import type { Command } from 'commander'
import { connect, type Connection } from '../../connect.ts'
import { goOn } from '../../delivery/follow.ts'
import { describeManifest, manifestPlace, type SourceOptions } from '../../delivery/source.ts'
import { Complaint, usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { wholeNumber } from '../../moment.ts'
import { deploymentColumns, deploymentText } from '../../presentation/delivery/deployments.ts'
import { releaseColumns } from '../../presentation/delivery/releases.ts'
import { heading } from '../../presentation/block.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { confirm } from '../../prompt.ts'
import type { Shell } from '../../shell.ts'
import { addWindow, type CompareOptions, comparisonOf, printComparison } from '../timeline/compare.ts'
import { addSource } from './flags.ts'

interface Options extends SourceOptions {
  to?: string
  database?: boolean
  skipBackup?: boolean
  reason?: string
  dryRun?: boolean
  yes?: boolean
  detach?: boolean
  verbose?: boolean
  watch?: boolean
  limit?: string
}

interface Place {
  readonly stack: string
  readonly environment: string | undefined
}

/** The stack that was named, or that of the manifest in hand. */
async function stackOf(connection: Connection, options: Options, name: string | undefined): Promise<Place> {
  if (name !== undefined) {
    const [stack = '', environment] = name.split('/')
    return { stack, environment: options.environment ?? environment }
  }
  const { client, access } = connection
  const place = await manifestPlace(options.file)
  const described = await describeManifest(client, access.url, place, { environment: options.environment })
  if (described.name === null)
    throw usage('The manifest does not say what its stack is called. Name it: wh rollout <verb> <stack>.')
  return { stack: described.name, environment: options.environment ?? described.environment ?? undefined }
}

const called = (place: Place): string =>
  place.stack + (place.environment === undefined ? '' : ` in ${place.environment}`)

async function status(shell: Shell, options: Options, [name]: readonly string[]): Promise<void> {
  const connection = await connect(shell)
  const place = await stackOf(connection, options, name)
  const { items } = await connection.client.deployments.list({ ...place, limit: 1 })
  const [newest] = items
  if (!newest)
    throw new Complaint(
      'notFound',
      'NOT_FOUND',
      `${called(place)} was never deployed. wh get deployments lists what was.`,
    )
  if (!deploymentEnded(newest.state) && options.watch !== false) return goOn(shell, connection, newest, options)
  if (shell.globals.output === 'name') return shell.write(`${newest.id}\n`)
  if (await structured(shell, newest)) return
  shell.write(deploymentText(newest, shell.out))
}

async function undo(shell: Shell, options: Options, [name]: readonly string[]): Promise<void> {
  const release = options.to === undefined ? undefined : wholeNumber(options.to.replace(/^.*#/, ''), '--to')
  const connection = await connect(shell)
  const { client } = connection
  const place = await stackOf(connection, options, name)
  const { database, skipBackup, reason } = options
  const input = { ...place, release, database, skipBackup, reason }
  if (options.dryRun || !options.yes) {
    const plan = await client.deployments.rollback.plan(input)
    if (options.dryRun) {
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    shell.say(planText(plan, shell.talk))
    const back = release === undefined ? 'to the release before' : `to release ${release}`
    await confirm(shell, `Take ${called(place)} back ${back}?`, options.yes)
  }
  return goOn(shell, connection, await client.deployments.rollback(input), options)
}

async function compare(shell: Shell, options: Options & CompareOptions, [name]: readonly string[]): Promise<void> {
  const { deployment } = options
  if (deployment !== undefined) return printComparison(shell, { deployment, ...comparisonOf(options) })
  const connection = await connect(shell)
  const place = await stackOf(connection, options, name)
  const { items } = await connection.client.deployments.list({ ...place, limit: 20 })
  const newest = items.find(({ finishedAt }) => finishedAt !== null)
  if (!newest) throw new Complaint('notFound', 'NOT_FOUND', `No run of ${called(place)} has ended yet.`)
  return printComparison(shell, { deployment: newest.id, ...comparisonOf(options) })
}

async function history(shell: Shell, options: Options, [name]: readonly string[]): Promise<void> {
  const limit = options.limit === undefined ? 20 : wholeNumber(options.limit, '--limit')
  const connection = await connect(shell)
  const place = await stackOf(connection, options, name)
  const [runs, kept] = await Promise.all([
    connection.client.deployments.list({ ...place, limit }),
    connection.client.releases.list({ ...place, limit }),
  ])
  if (await structured(shell, { deployments: runs.items, releases: kept.items })) return
  if (shell.globals.output === 'name') return shell.write(runs.items.map((run) => `${run.id}\n`).join(''))
  if (runs.items.length === 0) return shell.say(`${called(place)} was never deployed.`, 'dim')
  const form = { headers: shell.globals.headers !== false, wide: shell.globals.output === 'wide' }
  shell.write(table(deploymentColumns, runs.items, shell.out, form))
  if (kept.items.length === 0) return
  shell.write(heading('Kept releases, for wh rollout undo --to', shell.out))
  shell.write(table(releaseColumns, kept.items, shell.out, form))
}

export function define(command: Command): void {
  const stack = 'its name, or name/environment; that of the manifest in this folder unless told'
  const follow = command.command('status').description('The newest run: watched until it ends, or how it ended')
  addSource(follow.argument('[stack]', stack))
    .option('--no-watch', 'print how it stands and leave')
    .option('--verbose', 'also print what the stages print')
  action(follow, status)

  const back = command.command('undo').description('Bring a kept release back, after showing the plan')
  addSource(back.argument('[stack]', stack))
    .option('--to <n>', 'number of the release; the one before the serving one unless told')
    .option('--database', 'also restore the dump that was made before that release was replaced')
    .option('--skip-backup', 'without a backup first; not with --database')
    .option('--reason <text>', 'why, for the history')
    .option('--dry-run', 'show the plan, change nothing')
    .option('-y, --yes', 'do not ask')
    .option('--detach', 'print its id and leave it running')
    .option('--verbose', 'also print what the stages print')
  action(back, undo)

  const past = command.command('history').description('Runs and kept releases, newest first')
  addSource(past.argument('[stack]', stack)).option('--limit <n>', 'at most this many; 20 unless told')
  action(past, history)
  const beside = command.command('compare').description('How the stack did before its last run, and after')
  addWindow(
    addSource(beside.argument('[stack]', stack)).option(
      '--deployment <id>',
      'around this run; the last one unless told',
    ),
  )
  action(beside, compare)
  command.action(() => command.help())
}
