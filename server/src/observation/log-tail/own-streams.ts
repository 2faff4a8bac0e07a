import type { LogLine, Service } from '@wheelhouse/contract'
import type { Registry } from '../../inventory/targets/index.ts'
import type { Logs } from '../logs/index.ts'

/** What a stream costs its target, many times: where nothing is kept, so many services can be looked on at once. */
export const mostStreams = 50

export interface OwnStreamsParts {
  readonly registry: Registry
  readonly logs: Pick<Logs, 'watch'>
  isMeant(service: Service): boolean
  /** How many lines each begins with. */
  readonly tail: number
  heard(service: Service, lines: readonly LogLine[]): void
}

/** Where no lines are kept: one stream per service from its target, shared with all who look at that service. */
export class OwnStreams {
  readonly #parts: OwnStreamsParts
  readonly #open = new Map<string, () => void>()
  readonly #leave: () => void

  constructor(parts: OwnStreamsParts) {
    this.#parts = parts
    this.#leave = parts.registry.onChange((change) => {
      if (change.kind === 'service') void this.#see(change.service)
      else if (change.kind === 'service-removed') this.#drop(change.id)
    })
  }

  /** Answers when each has told its past. */
  async begin(): Promise<void> {
    await Promise.all([...this.#parts.registry.services()].map((service) => this.#see(service)))
  }

  close(): void {
    this.#leave()
    for (const close of this.#open.values()) close()
    this.#open.clear()
  }

  #drop(id: string): void {
    this.#open.get(id)?.()
    this.#open.delete(id)
  }

  async #see(service: Service): Promise<void> {
    const { registry, logs, isMeant, tail, heard } = this.#parts
    if (this.#open.has(service.id) || this.#open.size >= mostStreams) return
    if (service.taskOf !== undefined || !isMeant(service)) return
    if (!registry.mirror(service.targetId).connection.capabilities.has('logs')) return
    const watched = logs.watch(service.id, () => this.#drop(service.id))
    this.#open.set(service.id, watched.close)
    await watched.ready
    if (this.#open.get(service.id) !== watched.close) return
    const linesOf = (entries: readonly { text: string }[]): LogLine[] =>
      entries.map(({ text }) => JSON.parse(text) as LogLine)
    heard(service, linesOf(watched.topic.last(tail)))
    const leave = watched.topic.subscribe(({ entries }) => heard(service, linesOf(entries)))
    this.#open.set(service.id, () => {
      leave()
      watched.close()
    })
  }
}
