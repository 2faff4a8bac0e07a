import { Failure, type NewEvent, type Service } from '@wheelhouse/contract'
import type { Connection } from '@wheelhouse/driver'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { Registry } from '../../../inventory/targets/index.ts'

/** On the container that took a place: the job which made it. */
export const replacementLabel = 'wheelhouse.replaces'
const mirrorMs = 3000

/**
 * How a container is called while its successor has its name: whoever finds it knows whose name it had, whether it ran, and which job
 * is to bring it back or let it go.
 */
export const asideName = (name: string, jobId: string, ran: boolean): string =>
  `${name}.${ran ? 'replaced' : 'rested'}-${jobId}`
const asidePattern = /^(.+)\.(replaced|rested)-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

export const isAside = (name: string): boolean => asidePattern.test(name)

/** Gives one that stepped aside its name and its state back. */
export async function putBack(connection: Connection, nativeId: string, name: string, ran: boolean): Promise<void> {
  await connection.rename(nativeId, name)
  if (!ran) return
  await connection.start(nativeId).catch((error: unknown) => {
    if (!(error instanceof Failure) || error.code !== 'STATE_CONFLICT') throw error
  })
}

export interface AsidesParts {
  readonly registry: Registry
  readonly jobs: Jobs
  readonly log: Log
  announce(event: NewEvent): unknown
}

/**
 * An apply that was cut off (the control plane was killed, the line to the engine broke) leaves old containers aside and perhaps their
 * successors half made. Once its job has failed and the engine is heard, the old ones are brought back: they were up, and nothing said
 * that the new ones are good. Of a job that ended well only leftovers remain, which are removed.
 */
export class Asides {
  readonly #parts: AsidesParts
  readonly #underWay = new Map<string, Promise<void>>()
  readonly #leave: (() => void)[] = []

  constructor(parts: AsidesParts) {
    this.#parts = parts
  }

  /** After `jobs.start()`, which tells of every job that was cut off. */
  start(): void {
    const { registry, jobs } = this.#parts
    const all = (): void => {
      for (const service of registry.services()) this.#look(service)
    }
    all()
    this.#leave.push(
      registry.onChange((change) => {
        if (change.kind === 'service') this.#look(change.service)
        else if (change.kind === 'target' && change.target.state === 'connected')
          for (const service of registry.mirror(change.target.id).services.values()) this.#look(service)
      }),
      // Its last change may come after everything the engine had to tell.
      jobs.onChange((job) => {
        if (job.finishedAt !== null) all()
      }),
    )
  }

  close(): void {
    for (const leave of this.#leave.splice(0)) leave()
  }

  /** Before an apply decides anything: what earlier ones of the stack left is put right. Throws nothing. */
  async settle(targetId: string, stack: string): Promise<void> {
    const { registry } = this.#parts
    const left = [...registry.mirror(targetId).services.values()].filter(
      (service) => service.stack === stack && isAside(service.name),
    )
    for (const service of left) await this.#mended(service)
  }

  #look(service: Service): void {
    if (isAside(service.name)) void this.#mended(service)
  }

  #mended(service: Service): Promise<void> {
    const known = this.#underWay.get(service.id)
    if (known) return known
    const work = this.#mend(service)
      .catch((error: unknown) => this.#parts.log.warn({ err: error, service: service.id }, 'a container stayed aside'))
      .finally(() => this.#underWay.delete(service.id))
    this.#underWay.set(service.id, work)
    return work
  }

  async #mend({ id, targetId, stack }: Service): Promise<void> {
    const { registry, jobs, announce } = this.#parts
    if (registry.mirror(targetId).target().state !== 'connected') return
    const [, name = '', how, jobId = ''] = asidePattern.exec(registry.service(id)?.name ?? '') ?? []
    if (name === '') return
    const job = await jobs.get(jobId)
    // While it runs, here or on another instance, it sees to that itself. One that is not known here is of another control plane,
    // which may be at work on the same engine.
    if (job === null || job.finishedAt === null) return
    const { connection, nativeId } = registry.reach(id)
    const mirror = registry.mirror(targetId)
    const successor = [...mirror.services.values()].find((row) => row.name === name)
    const taken = successor !== undefined && successor.labels[replacementLabel] !== jobId
    if (taken && successor.stack !== stack) return
    if (taken || job.state === 'succeeded') {
      // The place is taken for good.
      await connection.remove(nativeId, { force: true, volumes: false })
      return
    }
    const made = successor === undefined ? undefined : mirror.nativeId(successor.id)
    if (made !== undefined) await connection.remove(made, { force: true, volumes: false })
    await putBack(connection, nativeId, name, how === 'replaced')
    announce({
      type: 'container.replaced',
      severity: 'warning',
      targetId,
      serviceId: id,
      serviceName: name,
      actor: 'system',
      message: `A change of ${name} was cut off. The old container is back.`,
    })
    await registry.whenService(id, (row) => row === null || row.name === name, mirrorMs)
  }
}
