import type { ReleaseContent } from '../../releases/index.ts'
import type { Exposure } from '../../stacks/index.ts'
import { removedFrom, routeOf } from '../plan/changes.ts'
import { besideName, seen, isUp, plainName, releaseLabel, removeIfThere, stopIfUp } from '../steps/instances.ts'
import { proxyOf } from '../steps/routes.ts'
import type { Run } from './run.ts'

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/**
 * Gives the new instances their names and lets the old go, or steps them aside where they are kept warm. It may be called again after it
 * was cut off. What does not work is told and left: the release serves all the same.
 */
export async function retire(run: Run, content: ReleaseContent): Promise<string[]> {
  const left: string[] = []
  const release = run.deployment.release!
  const warm = run.deployment.strategy === 'blue-green' || run.deployment.strategy === 'canary'
  const context = run.context(run.stopped.signal)
  const attempt = async (what: string, work: () => Promise<void>): Promise<void> => {
    try {
      await work()
    } catch (error) {
      left.push(`${what}: ${words(error)}`)
      run.log(`${what}: ${words(error)}`, null, 'stderr')
    }
  }
  for (const { targetId, rendered } of content.placements) {
    const connection = run.room.targets.connection(targetId)
    for (const { spec, deploy } of rendered.workloads) {
      const services = run.room.targets.services(targetId)
      const candidate = services.find((service) => service.name === besideName(spec.name, release.number))
      if (!candidate) continue
      const old = services.find((service) => service.name === spec.name)
      if (old) {
        const oldId = run.room.targets.nativeId(old)
        const keeps = warm && (deploy?.expose ?? null) !== null && isUp(old)
        await attempt(`${spec.name} of the release before was not retired`, async () => {
          if (keeps) {
            // By the release that it serves, not by the one that made it: that is how it is found when it is brought back.
            const before = run.deployment.previous?.number ?? Number(old.labels[releaseLabel] ?? 0)
            await connection.rename(oldId, besideName(spec.name, before))
            await seen(context, old.id, (service) => service?.name !== spec.name)
          } else {
            await stopIfUp(context, targetId, oldId)
            await removeIfThere(context, targetId, oldId)
            await seen(context, old.id, (service) => service === null)
          }
        })
      }
      await attempt(`${candidate.name} was not given its name`, async () => {
        await connection.rename(run.room.targets.nativeId(candidate), spec.name)
        await seen(context, candidate.id, (service) => service?.name === spec.name)
      })
    }
  }
  await removeOlder(run, content, attempt)
  for (const service of removedFrom(run.room, content.placements)) {
    await attempt(`${service.name}, which is not in the manifest any more, was not removed`, async () => {
      const nativeId = run.room.targets.nativeId(service)
      await stopIfUp(context, service.targetId, nativeId)
      await removeIfThere(context, service.targetId, nativeId)
    })
  }
  await closeRoutes(run, content, attempt)
  return left
}

/** Instances kept warm of releases before the one that was just replaced have had their time. */
async function removeOlder(
  run: Run,
  content: ReleaseContent,
  attempt: (what: string, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const context = run.context(run.stopped.signal)
  const keep = new Set([run.deployment.release!.number, run.deployment.previous?.number ?? -1])
  for (const { targetId, rendered } of content.placements) {
    const names = new Set(rendered.workloads.map(({ spec }) => spec.name))
    for (const service of run.room.targets.services(targetId)) {
      const number = /\.r(\d+)$/.exec(service.name)?.[1]
      if (number === undefined || service.stack !== rendered.name || !names.has(plainName(service.name))) continue
      if (keep.has(Number(number))) continue
      await attempt(`${service.name} was not removed`, async () => {
        const nativeId = run.room.targets.nativeId(service)
        await stopIfUp(context, targetId, nativeId)
        await removeIfThere(context, targetId, nativeId)
      })
    }
  }
}

/** Routes of services that are not exposed any more. */
async function closeRoutes(
  run: Run,
  content: ReleaseContent,
  attempt: (what: string, work: () => Promise<void>) => Promise<void>,
): Promise<void> {
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
