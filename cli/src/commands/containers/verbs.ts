import type { ContainerLimits } from '@wheelhouse/contract'
import type { Command } from 'commander'
import { connect } from '../../connect.ts'
import { findContainer } from '../../engine/containers.ts'
import { engineOf, type OnTarget } from '../../engine/names.ts'
import { readNumber, readSize } from '../../engine/sizes.ts'
import { usage } from '../../failure.ts'
import { action } from '../../globals.ts'
import { parseDuration } from '../../moment.ts'
import { fileColumns } from '../../presentation/engine/volumes.ts'
import { structured } from '../../presentation/output.ts'
import { planText } from '../../presentation/plan.ts'
import { table } from '../../presentation/table.ts'
import { bytes, count } from '../../presentation/units.ts'
import { confirm } from '../../prompt.ts'

const collect = (text: string, before: string[] = []): string[] => [...before, text]
const onTarget = (command: Command): Command => command.option('--target <name>', 'the target it is on')
const rooted = (path: string): string => (path.startsWith('/') ? path : `/${path}`)

export function defineLs(command: Command): void {
  onTarget(command.argument('<container>').argument('[path]', '/ unless told'))
  action(command, async (shell, options: OnTarget, [name = '', path = '/']) => {
    const { client } = await connect(shell)
    const { id } = await findContainer(client, name, options)
    const listing = await client.containers.files({ id, path: rooted(path) })
    if (await structured(shell, listing)) return
    const { output, headers } = shell.globals
    if (output === 'name') return shell.write(listing.entries.map((entry) => `${entry.path}\n`).join(''))
    if (listing.entries.length === 0) return shell.say(`${listing.path} is empty.`, 'dim')
    shell.write(table(fileColumns, listing.entries, shell.out, { headers: headers !== false }))
    if (listing.truncated) shell.say('There is more than is listed here.', 'yellow')
  })
}

export function defineCat(command: Command): void {
  onTarget(command.argument('<container>').argument('<path>'))
  action(command, async (shell, options: OnTarget, [name = '', path = '']) => {
    const { client } = await connect(shell)
    const { id } = await findContainer(client, name, options)
    const file = await client.containers.readFile({ id, path: rooted(path) })
    if (!(await structured(shell, file))) process.stdout.write(file.text)
  })
}

interface Limit extends OnTarget {
  memory?: string
  memoryReservation?: string
  memorySwap?: string
  cpus?: string
  cpuShares?: string
  cpuset?: string
  pids?: string
  restart?: string
}

/** `none` takes a bound away. */
const bound = <T>(text: string, read: (text: string) => T): T | null => (text === 'none' ? null : read(text))

function restartOf(text: string): NonNullable<ContainerLimits['restart']> {
  const match = /^(no|always|unless-stopped|on-failure(?::(\d{1,3}))?)$/.exec(text)
  if (!match) throw usage(`--restart takes no, always, unless-stopped, on-failure or on-failure:5, not "${text}".`)
  const [policy = 'no'] = text.split(':')
  return { policy: policy as 'no', ...(match[2] === undefined ? {} : { maxRetries: Number(match[2]) }) }
}

function limitsOf(given: Limit): ContainerLimits {
  const { memory, memoryReservation, memorySwap, cpus, cpuShares, cpuset, pids, restart } = given
  const size = (flag: string) => (text: string) => readSize(text, flag)
  return {
    ...(memory === undefined ? {} : { memoryBytes: bound(memory, size('--memory')) }),
    ...(memoryReservation === undefined
      ? {}
      : { memoryReservationBytes: bound(memoryReservation, size('--memory-reservation')) }),
    ...(memorySwap === undefined ? {} : { memorySwapBytes: bound(memorySwap, size('--memory-swap')) }),
    ...(cpus === undefined ? {} : { cpus: bound(cpus, (text) => readNumber(text, '--cpus', false)) }),
    ...(cpuShares === undefined ? {} : { cpuShares: bound(cpuShares, (text) => readNumber(text, '--cpu-shares')) }),
    ...(cpuset === undefined ? {} : { cpuset: bound(cpuset, (text) => text) }),
    ...(pids === undefined ? {} : { pids: bound(pids, (text) => readNumber(text, '--pids')) }),
    ...(restart === undefined ? {} : { restart: restartOf(restart) }),
  }
}

export function defineLimit(command: Command): void {
  onTarget(command.argument('<container>'))
    .option('--memory <size>', 'such as 512m; none takes the bound away')
    .option('--memory-reservation <size>', 'what it should have, below the bound')
    .option('--memory-swap <size>', 'memory and swap together')
    .option('--cpus <n>', 'cores, such as 0.5')
    .option('--cpu-shares <n>', 'its weight; 1024 is the usual one')
    .option('--cpuset <cores>', 'only on these, such as 0-2,5')
    .option('--pids <n>', 'processes at most')
    .option('--restart <policy>', 'no, always, unless-stopped, on-failure or on-failure:5')
  action(command, async (shell, options: Limit, [name = '']) => {
    const limits = limitsOf(options)
    if (Object.keys(limits).length === 0) throw usage('Name a limit: wh container limit web --memory 512m --cpus 0.5.')
    const { client } = await connect(shell)
    const container = await findContainer(client, name, options)
    const answer = await client.containers.limit({ id: container.id, limits })
    if (await structured(shell, answer)) return
    for (const warning of answer.warnings) shell.say(warning, 'yellow')
    shell.say(`${container.name} has its new limits.`, 'green')
  })
}

interface Commit extends OnTarget {
  comment?: string
  pause?: boolean
  change?: string[]
}

export function defineCommit(command: Command): void {
  onTarget(command.argument('<container>').argument('<image>', 'name:tag of the new image'))
    .option('--comment <text>', 'stands in the history of the image')
    .option('--no-pause', 'do not freeze it meanwhile')
    .option('--change <instruction>', 'as in a Dockerfile, such as CMD ["web"]', collect)
  action(command, async (shell, options: Commit, [name = '', tag = '']) => {
    const { client } = await connect(shell)
    const container = await findContainer(client, name, options)
    const answer = await client.containers.commit({
      id: container.id,
      tag,
      ...(options.comment ? { comment: options.comment } : {}),
      ...(options.pause === false ? { pause: false } : {}),
      ...(options.change ? { changes: options.change } : {}),
    })
    if (shell.globals.output === 'name') return shell.write(`${answer.imageId}\n`)
    if (!(await structured(shell, answer))) shell.say(`${tag} is made of ${container.name}.`, 'green')
  })
}

interface Prune extends OnTarget {
  olderThan?: string
  label?: string
  yes?: boolean
  dryRun?: boolean
}

export function definePrune(command: Command): void {
  onTarget(command)
    .option('--older-than <duration>', 'only those made longer ago, such as 7d')
    .option('--label <key=value>', 'only with this label, or with its key')
    .option('--dry-run', 'show what would go')
    .option('-y, --yes', 'do not ask')
  action(command, async (shell, options: Prune) => {
    const olderThanMs = options.olderThan === undefined ? undefined : parseDuration(options.olderThan)
    if (olderThanMs === null)
      throw usage(`--older-than takes a duration such as 12h or 7d, not "${options.olderThan}".`)
    const { client } = await connect(shell)
    const target = await engineOf(client, 'update', options)
    const input = {
      target: target.id,
      ...(olderThanMs === undefined ? {} : { olderThanMs }),
      ...(options.label ? { label: options.label } : {}),
    }
    const plan = await client.containers.prune.plan(input)
    if (options.dryRun) {
      if (!(await structured(shell, plan))) shell.write(planText(plan, shell.out))
      return
    }
    if (!options.yes) shell.say(planText(plan, shell.talk))
    if (plan.steps.length > 0) await confirm(shell, `Remove ${count(plan.steps.length, 'container')}?`, options.yes)
    const answer = await client.containers.prune({ ...input, digest: plan.digest })
    if (await structured(shell, answer)) return
    shell.say(`${count(answer.removed.length, 'container')} removed, ${bytes(answer.freedBytes)} free.`, 'green')
  })
}
