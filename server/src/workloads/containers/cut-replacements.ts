import type { Service } from '@wheelhouse/contract'
import { ownLabels } from '@wheelhouse/driver'
import { putBack, type ReplaceData } from './replace.ts'
import type { ContainerRoom } from './room.ts'

/** Named by `asideName`: the name it had, and the job that took it. */
const asidePattern = /^(.+)\.before-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/**
 * A replacement that was cut off (the control plane was killed) leaves the old container aside and perhaps the new one half made. Once
 * its job is over and the old one is still there, the old one is brought back.
 */
export class CutReplacements {
  readonly #room: ContainerRoom
  readonly #underWay = new Set<string>()
  #leave: () => void = () => undefined

  constructor(room: ContainerRoom) {
    this.#room = room
  }

  /** After `jobs.start()`, which tells of every job that was cut off. */
  start(): void {
    const { registry } = this.#room
    for (const service of registry.services()) this.#look(service)
    this.#leave = registry.onChange((change) => {
      if (change.kind === 'service') this.#look(change.service)
    })
  }

  close(): void {
    this.#leave()
  }

  #look(service: Service): void {
    const [, name, jobId] = asidePattern.exec(service.name) ?? []
    if (name === undefined || jobId === undefined || this.#underWay.has(service.id)) return
    this.#underWay.add(service.id)
    void this.#mend(service, name, jobId)
      .catch((error: unknown) => this.#room.log.warn({ err: error, service: service.id }, 'a container stayed aside'))
      .finally(() => this.#underWay.delete(service.id))
  }

  async #mend({ id, targetId }: Service, name: string, jobId: string): Promise<void> {
    const { registry, jobs } = this.#room
    const record = await jobs.get(jobId)
    // While it runs, here or on another instance, it mends itself.
    if (record?.kind !== 'containers.replace' || record.finishedAt === null || record.state === 'succeeded') return
    const { connection, nativeId } = registry.reach(id)
    const mirror = registry.mirror(targetId)
    const replacement = [...mirror.services.values()].find((row) => row.labels[ownLabels.replaces] === jobId)
    const made = replacement ? (mirror.nativeId(replacement.id) ?? null) : null
    await putBack(connection, { nativeId, name, ran: (record.data as ReplaceData).ran }, made)
    this.#room.announce({
      type: 'container.replaced',
      severity: 'warning',
      targetId,
      serviceId: id,
      serviceName: name,
      actor: 'system',
      message: `A change of ${name} was cut off. The old container is back.`,
    })
  }
}
