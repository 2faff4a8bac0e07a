import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '@wheelhouse/client'
import type { Deployment, DeploymentLine } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import type { Connection } from '../connect.ts'
import { Complaint, type Exit } from '../failure.ts'
import { holdInterrupt } from '../globals.ts'
import { outcomeText, whatNext } from '../presentation/delivery/outcome.ts'
import { structured } from '../presentation/output.ts'
import { duration } from '../presentation/units.ts'
import { ranMs } from '../presentation/delivery/deployments.ts'
import type { Shell } from '../shell.ts'
import { type RunView, runView } from './run-view.ts'

/** Codes after which asking again is of no use. */
const final: ReadonlySet<string> = new Set(['UNAUTHENTICATED', 'SESSION_ENDED', 'FORBIDDEN', 'NOT_FOUND'])

/** The first Ctrl-C says what it does not do; the second leaves. */
function explainInterrupt(shell: Shell, view: RunView, id: string): () => void {
  let pressed = 0
  return holdInterrupt(() => {
    pressed += 1
    if (pressed === 1) {
      view.notice([
        'The run goes on without this terminal.',
        `wh deployments cancel ${id} stops and undoes it.`,
        'Ctrl-C again leaves.',
      ])
      return true
    }
    view.end()
    shell.say(`The run goes on: wh deployments follow ${id}`, 'yellow')
    return false
  })
}

/** What is known of a run, from frames and answers, each once and never backwards. */
class Watched {
  deployment: Deployment
  readonly #view: RunView
  #seq = 0
  #heard = 0

  constructor(started: Deployment, view: RunView) {
    this.deployment = started
    this.#view = view
    view.show(started)
  }

  get last(): number {
    return this.#seq
  }

  /** Counts frames, so that an answer that was asked for before one came is not taken for newer. */
  get heard(): number {
    return this.#heard
  }

  get over(): boolean {
    return deploymentEnded(this.deployment.state)
  }

  take(deployment: Deployment): void {
    if (deployment.id !== this.deployment.id || this.over) return
    this.#heard += 1
    this.deployment = deployment
    this.#view.show(deployment)
  }

  line(line: DeploymentLine): void {
    if (line.seq <= this.#seq) return
    this.#seq = line.seq
    this.#view.line(line)
  }
}

/** Everything printed since the last line that was seen; the log says whether there is more. */
async function catchUp(connection: Connection, watched: Watched): Promise<void> {
  for (;;) {
    const part = await connection.client.deployments.log({
      id: watched.deployment.id,
      after: watched.last,
      limit: 1000,
    })
    for (const line of part.items) watched.line(line)
    if (!part.more || part.items.length === 0) return
  }
}

/** Shows a run until it ends, over the socket; answers fill what the socket missed. A control plane that restarts is waited for. */
export async function watchDeployment(
  shell: Shell,
  connection: Connection,
  started: Deployment,
  options: { verbose?: boolean | undefined } = {},
): Promise<Deployment> {
  const view = runView(shell, options.verbose === true)
  const watched = new Watched(started, view)
  if (watched.over) {
    view.end()
    return started
  }
  const { id } = started
  const letGo = explainInterrupt(shell, view, id)
  const done = new AbortController()
  let refused: unknown = null
  // Lines that come while the log is read are held, so that none is printed before those that came first.
  let waiting: DeploymentLine[] | null = null
  let ready = false
  const live = connection.live(
    (error) => {
      refused = error
      done.abort()
    },
    // Beside a drawn run a line of its own would tear it.
    (text, back) => view.notice(back ? [] : [text]),
  )
  let loading: Promise<void> | null = null
  // One at a time: whoever asks while it is read gets what is being read.
  const load = (): Promise<void> => (loading ??= read().finally(() => (loading = null)))
  const read = async (): Promise<void> => {
    const held: DeploymentLine[] = (waiting ??= [])
    const before = watched.heard
    const fresh = await connection.client.deployments.get({ id })
    if (watched.heard === before) watched.take(fresh)
    await catchUp(connection, watched)
    for (const line of held) watched.line(line)
    waiting = null
    if (watched.over) done.abort()
  }
  const quietly = async (): Promise<void> => {
    try {
      await load()
    } catch (error) {
      waiting = null
      if (!(error instanceof Problem) || final.has(error.code)) {
        refused = error
        done.abort()
      }
    }
  }
  live.subscribe(
    'deployments',
    { deploymentId: id },
    {
      onReady: (resumed) => {
        ready = true
        if (!resumed) void quietly()
      },
      onEvents: (frames) => {
        for (const frame of frames) {
          if (frame.kind === 'deployment') watched.take(frame.deployment)
          else if (frame.kind !== 'line' || frame.deploymentId !== id) continue
          else if (waiting === null) watched.line(frame.line)
          else waiting.push(frame.line)
        }
        if (watched.over) done.abort()
      },
      onGap: () => void quietly(),
      onEnd: () => {
        ready = false
      },
    },
  )
  try {
    while (!done.signal.aborted) {
      await sleep(ready && live.state === 'live' ? 5000 : 1000, null, { signal: done.signal }).catch(() => null)
      if (!done.signal.aborted) await quietly()
    }
  } finally {
    live.close()
    letGo()
    if (watched.over && options.verbose) await catchUp(connection, watched).catch(() => undefined)
    view.end()
  }
  if (refused !== null) throw refused
  return watched.deployment
}

const exits = {
  'rolled-back': ['rolledBack', 'ROLLED_BACK'],
  failed: ['deployFailed', 'DEPLOYMENT_FAILED'],
  cancelled: ['cancelled', 'CANCELLED'],
  abandoned: ['abandoned', 'ABANDONED'],
} as const satisfies Record<string, readonly [Exit, string]>

/** Says how it ended: what was asked for on stdout, and a failure as the exit code that its state has. */
export async function tellEnd(shell: Shell, deployment: Deployment): Promise<void> {
  const { state, outcome, id } = deployment
  const printed = await structured(shell, deployment)
  const named = shell.globals.output === 'name'
  if (named) shell.write(`${id}\n`)
  const silent = printed || named
  if (state === 'succeeded') {
    if (silent) return
    const ms = ranMs(deployment, shell.out.now)
    shell.write(`\n${outcome === null ? '' : outcomeText(deployment, shell.out)}`)
    return shell.say(
      `${deployment.stack} ${deployment.environment} succeeded${ms === null ? '' : ` in ${duration(ms)}`}.`,
      'green',
    )
  }
  const end = exits[state as keyof typeof exits] as (typeof exits)[keyof typeof exits] | undefined
  if (!end) return
  if (!silent && outcome !== null) shell.write(`\n${outcomeText(deployment, shell.out)}`)
  const preflight = outcome?.stage === 'preflight'
  const summary = outcome?.summary ?? `The deployment was ${state}.`
  const lines = silent || outcome === null ? [...(outcome?.notUndone ?? []), ...whatNext(deployment)] : []
  throw new Complaint(preflight ? 'checks' : end[0], outcome?.error?.errorCode ?? end[1], summary, lines)
}

/** What follows a start: watch it, or say where it can be watched. */
export async function goOn(
  shell: Shell,
  connection: Connection,
  started: Deployment,
  options: { detach?: boolean; verbose?: boolean },
): Promise<void> {
  if (!options.detach) return tellEnd(shell, await watchDeployment(shell, connection, started, options))
  if (shell.globals.output === 'name') return shell.write(`${started.id}\n`)
  if (await structured(shell, started)) return
  const place = started.queue === null ? '' : `, place ${started.queue.position}: ${started.queue.reason}`
  shell.write(`${started.id}\n`)
  shell.say(
    `Run ${started.number} of ${started.stack} ${started.environment} is ${started.state}${place}. wh deployments follow ${started.id}`,
  )
}
