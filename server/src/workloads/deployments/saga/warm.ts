import { Failure, type Service } from '@wheelhouse/contract'
import { besideName, plainName } from '../steps/instances.ts'
import type { DeployRoom } from '../room.ts'
import { retireLate } from './retire.ts'

const usualWarmMs = 600_000

const besideIn = ({ targets }: DeployRoom): Service[] =>
  targets
    .list()
    .filter((target) => target.state === 'connected')
    .flatMap((target) => targets.services(target.id))
    .filter((service) => /\.r\d+$/.test(service.name) && service.labels['wheelhouse.release'] !== undefined)

/** Removes instances that were kept warm for an instant return once their time is over, and ends what runs could not. */
export async function sweepWarm(room: DeployRoom): Promise<void> {
  if (besideIn(room).length === 0) return
  const busy = new Set(
    (await room.store.active()).flatMap(({ deployment }) =>
      deployment.targets.map(({ id }) => `${id} ${deployment.stack}`),
    ),
  )
  const serving = (await room.releases.store.list({})).filter((release) => release.state === 'serving')
  for (const release of serving) {
    const isBusy = [...busy].some((one) => one.endsWith(` ${release.stack}`))
    if (!isBusy) await retireLate(room, release)
    const content = await room.releases.store.content(release.id)
    const deployment = release.deploymentId === null ? null : await room.store.get(release.deploymentId)
    if (!content || !deployment?.finishedAt) continue
    const keepMs = Number(deployment.options.keepWarmMs ?? usualWarmMs)
    if (Date.now() - Date.parse(deployment.finishedAt) < keepMs) continue
    for (const { targetId, rendered } of content.placements) {
      if (busy.has(`${targetId} ${release.stack}`)) continue
      const beside = besideIn(room)
      const names = new Set(rendered.workloads.map(({ spec }) => spec.name))
      for (const service of beside) {
        if (service.targetId !== targetId || service.stack !== rendered.name || !names.has(plainName(service.name)))
          continue
        // It serves, and only could not be given its name yet.
        if (service.name === besideName(plainName(service.name), release.number)) continue
        const connection = room.targets.connection(targetId)
        const nativeId = room.targets.nativeId(service)
        await connection.stop(nativeId, {}).catch((error: unknown) => {
          if (!(error instanceof Failure)) throw error
        })
        await connection.remove(nativeId, { force: true, volumes: false })
        room.log.info({ service: service.name }, 'an instance kept warm has had its time')
      }
    }
  }
}
