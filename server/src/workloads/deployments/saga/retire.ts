import { type Deployment, Failure, type Service } from '@wheelhouse/contract'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KeptRelease, ReleaseContent } from '../../releases/index.ts'
import type { Exposure } from '../../stacks/index.ts'
import { removedFrom, routeOf } from '../plan/changes.ts'
import type { DeployRoom } from '../room.ts'
import { besideName, seen, isUp, plainName, releaseLabel, removeIfThere, stopIfUp } from '../steps/instances.ts'
import { proxyOf } from '../steps/routes.ts'
import { Ended } from './interruptions.ts'
import { targetsHeard } from './targets-heard.ts'

/** A run, or what is known of one that has ended. */
export interface Retiring {
  readonly room: DeployRoom
  readonly deployment: Deployment
  readonly signal: AbortSignal
  log(text: string, task?: string | null, stream?: 'stdout' | 'stderr' | 'system'): void
  contentOf(releaseId: string): Promise<ReleaseContent>
}

type Attempt = (what: string, work: () => Promise<void>) => Promise<void>

const longestWaitMs = 2_000
const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))
const isAway = (error: unknown): boolean => error instanceof Failure && error.code === 'TARGET_UNREACHABLE'
/** It has begun to serve: no cancel takes that back half way. */
const contextOf = ({ room }: Retiring) => ({ room, signal: new AbortController().signal })

/** Tries a thing until it works, it cannot work, or its target has been away for too long; what then is left goes to `left`. */
function attempts(run: Retiring, left: string[]): Attempt {
  const end = Date.now() + run.room.settings.undoPatienceMs
  const ends = (): void => {
    if (run.signal.reason instanceof Ended) throw run.signal.reason
  }
  return async (what, work) => {
    for (let wait = 100; ; wait = Math.min(wait * 2, longestWaitMs)) {
      ends()
      try {
        return await work()
      } catch (error) {
        ends()
        if (isAway(error) && Date.now() < end) {
          await sleep(wait)
          // What became of a call that was cut off shows once the target is heard again.
          await targetsHeard(run.room, run.deployment, run.signal, (text) => run.log(text))
          continue
        }
        left.push(`${what}: ${words(error)}`)
        return run.log(`${what}: ${words(error)}`, null, 'stderr')
      }
    }
  }
}

async function rename(run: Retiring, service: Service, name: string): Promise<void> {
  const { targets } = run.room
  const now = targets.services(service.targetId).find(({ id }) => id === service.id)
  if (now?.name === name) return
  await targets.connection(service.targetId).rename(targets.nativeId(service), name)
  await seen(contextOf(run), service.id, (one) => one?.name === name)
}

async function remove(run: Retiring, service: Service): Promise<void> {
  const context = contextOf(run)
  // The engine may have removed it before its answer was cut off: then it has no id here any more.
  if (!run.room.targets.services(service.targetId).some(({ id }) => id === service.id)) return
  const nativeId = run.room.targets.nativeId(service)
  // One of a Swarm ends its tasks as it goes.
  if (service.kind !== 'swarm-service') await stopIfUp(context, service.targetId, nativeId)
  await removeIfThere(context, service.targetId, nativeId)
  await seen(context, service.id, (one) => one === null)
}

/**
 * Gives the new instances their names and lets the old go, or steps them aside where they are kept warm. It may be called again after it
 * was cut off. What does not work is told and left: the release serves all the same.
 */
export async function retire(run: Retiring, content: ReleaseContent): Promise<string[]> {
  const left: string[] = []
  const release = run.deployment.release!
  const warm = run.deployment.strategy === 'blue-green' || run.deployment.strategy === 'canary'
  const attempt = attempts(run, left)
  await targetsHeard(run.room, run.deployment, run.signal, (text) => run.log(text))
  for (const { targetId, rendered } of content.placements) {
    for (const { spec, deploy } of rendered.workloads) {
      const services = run.room.targets.services(targetId)
      const candidate = services.find((service) => service.name === besideName(spec.name, release.number))
      if (!candidate) continue
      const old = services.find((service) => service.name === spec.name)
      if (old) {
        const keeps = warm && (deploy?.expose ?? null) !== null && isUp(old)
        // By the release that it serves, not by the one that made it: that is how it is found when it is brought back.
        const before = run.deployment.previous?.number ?? Number(old.labels[releaseLabel] ?? 0)
        await attempt(`${spec.name} of the release before was not retired`, () =>
          keeps ? rename(run, old, besideName(spec.name, before)) : remove(run, old),
        )
      }
      await attempt(`${candidate.name} was not given its name`, () => rename(run, candidate, spec.name))
    }
  }
  await removeOlder(run, content, attempt)
  for (const service of removedFrom(run.room, content.placements)) {
    await attempt(`${service.name}, which is not in the manifest any more, was not removed`, () => remove(run, service))
  }
  await closeRoutes(run, content, attempt)
  return left
}

/** Instances kept warm of releases before the one that was just replaced have had their time. */
async function removeOlder(run: Retiring, content: ReleaseContent, attempt: Attempt): Promise<void> {
  const keep = new Set([run.deployment.release!.number, run.deployment.previous?.number ?? -1])
  for (const { targetId, rendered } of content.placements) {
    const names = new Set(rendered.workloads.map(({ spec }) => spec.name))
    for (const service of run.room.targets.services(targetId)) {
      const number = /\.r(\d+)$/.exec(service.name)?.[1]
      if (number === undefined || service.stack !== rendered.name || !names.has(plainName(service.name))) continue
      if (keep.has(Number(number))) continue
      await attempt(`${service.name} was not removed`, () => remove(run, service))
    }
  }
}

/** Routes of services that are not exposed any more. */
async function closeRoutes(run: Retiring, content: ReleaseContent, attempt: Attempt): Promise<void> {
  const exposedBy = ({ placements }: ReleaseContent): Map<string, Exposure> => {
    const all = placements.flatMap(({ targetId, rendered }) =>
      rendered.workloads.map((workload) => ({ targetId, workload })),
    )
    const exposed = all.flatMap(({ workload: { spec, deploy } }): [string, Exposure][] =>
      deploy?.expose ? [[routeOf(run.deployment, spec.service, all), deploy.expose]] : [],
    )
    return new Map(exposed)
  }
  const wanted = exposedBy(content)
  const previous =
    run.deployment.previous === null ? null : await run.contentOf(run.deployment.previous.id).catch(() => null)
  for (const [id, { port, proxy }] of previous === null ? [] : exposedBy(previous)) {
    if (wanted.has(id)) continue
    await attempt(`Port ${port} was not closed`, () => proxyOf(run.room, proxy).remove(id))
  }
}

/**
 * Ends what the run that brought a release could not, because its target was away for too long: its instances still go by the names that
 * they had beside the old. To be called while no run of the stack is under way.
 */
export async function retireLate(room: DeployRoom, release: KeptRelease): Promise<void> {
  const content = await room.releases.store.content(release.id)
  if (content === null || !stillBeside(room, content, release.number)) return
  const { stack, environment } = release
  // Newest first: the run that brought what serves is among the last that succeeded.
  const brought = { stack, environment, state: 'succeeded' as const, targetIds: null, after: null, limit: 100 }
  const deployment = (await room.store.list(brought)).items.find((one) => one.release?.id === release.id)
  if (deployment === undefined) return
  const contentOf = async (id: string): Promise<ReleaseContent> => {
    const found = await room.releases.store.content(id)
    if (found === null) throw new Failure('NOT_FOUND', 'This release is not kept any more.')
    return found
  }
  const log = (text: string): void => room.log.info({ deployment: deployment.id }, text)
  const left = await retire({ room, deployment, signal: new AbortController().signal, log, contentOf }, content)
  if (left.length === 0) log(`release ${release.number} of ${stack} has the names of its services now`)
}

function stillBeside({ targets }: DeployRoom, content: ReleaseContent, release: number): boolean {
  const heard = new Set(targets.list().flatMap(({ id, state }) => (state === 'connected' ? [id] : [])))
  return content.placements.some(({ targetId, rendered }) => {
    const names = new Set(rendered.workloads.map(({ spec }) => besideName(spec.name, release)))
    return heard.has(targetId) && targets.services(targetId).some(({ name }) => names.has(name))
  })
}
