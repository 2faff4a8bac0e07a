import { rotateOn } from './objects/rotate.ts'
import type { SwarmRoom } from './room.ts'
import { followOn } from './services/follow.ts'

/** Goes on with what was cut off, as soon as its Swarm is heard again. */
export class CutChanges {
  readonly #room: SwarmRoom
  readonly #heard = new Set<string>()
  #leave: () => void = () => undefined

  constructor(room: SwarmRoom) {
    this.#room = room
  }

  /** After `jobs.start()`, which tells of every job that was cut off. */
  start(): void {
    const { registry } = this.#room
    for (const { id } of registry.records()) this.#look(id)
    this.#leave = registry.onChange((change) => {
      if (change.kind === 'target') this.#look(change.target.id)
      else if (change.kind === 'target-removed') this.#heard.delete(change.id)
    })
  }

  close(): void {
    this.#leave()
  }

  #look(targetId: string): void {
    const { registry, log } = this.#room
    const mirror = registry.mirror(targetId)
    if (mirror.record.kind !== 'swarm') return
    const heard = mirror.target().state === 'connected'
    // What is begun while it is not heard fails, and is taken up when it is back.
    if (!heard) this.#heard.delete(targetId)
    if (!heard || this.#heard.has(targetId)) return
    this.#heard.add(targetId)
    Promise.all([followOn(this.#room, targetId), rotateOn(this.#room, targetId)]).catch((error: unknown) => {
      this.#heard.delete(targetId)
      log.warn({ err: error, targetId }, 'changes that were cut off are not taken up')
    })
  }
}
