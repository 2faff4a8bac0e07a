import { Failure } from '@wheelhouse/contract'
import type { RemoveOptions, StopOptions } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

const eventDelayMs = 1000

/** The acts on one container. Each resolves when the engine has done it, however long that takes. */
export class Acts {
  readonly #client: EngineClient
  readonly #restarting: Set<string>

  constructor(client: EngineClient, restarting: Set<string>) {
    this.#client = client
    this.#restarting = restarting
  }

  async start(id: string): Promise<void> {
    const outcome = await this.#post(id, 'start')
    if (outcome === 'already') throw new Failure('STATE_CONFLICT', 'It runs already.')
  }

  async stop(id: string, options: StopOptions): Promise<void> {
    const outcome = await this.#post(id, 'stop', graceOf(options))
    if (outcome === 'already') throw new Failure('STATE_CONFLICT', 'It is stopped already.')
  }

  async restart(id: string, options: StopOptions): Promise<void> {
    this.#restarting.add(id)
    try {
      await this.#post(id, 'restart', graceOf(options))
    } finally {
      // Its events may come a moment after the answer.
      setTimeout(() => this.#restarting.delete(id), eventDelayMs).unref()
    }
  }

  async pause(id: string): Promise<void> {
    await this.#post(id, 'pause')
  }

  async resume(id: string): Promise<void> {
    await this.#post(id, 'unpause')
  }

  async kill(id: string, signal: string): Promise<void> {
    await this.#post(id, 'kill', { signal })
  }

  async rename(id: string, name: string): Promise<void> {
    await this.#post(id, 'rename', { name })
  }

  async remove(id: string, { force, volumes }: RemoveOptions): Promise<void> {
    const exact = await this.#exact(id)
    await this.#client.act({ method: 'DELETE', path: containerPath(exact), query: { force, v: volumes } })
  }

  /** The engine takes the beginning of an id for a name too: "db", when there is none, would be anyone's container. */
  async #exact(idOrName: string): Promise<string> {
    if (/^[0-9a-f]{64}$/.test(idOrName)) return idOrName
    const path = `${containerPath(idOrName)}/json`
    const { Id, Name } = await this.#client.json<{ Id: string; Name: string }>({ path })
    if (Name === `/${idOrName}`) return Id
    throw new Failure('NOT_FOUND', `There is no container "${idOrName}".`, { kind: 'service', id: idOrName })
  }

  #post(id: string, verb: string, query: Record<string, string | number | null> = {}): Promise<'done' | 'already'> {
    return this.#client.act({ path: `${containerPath(id)}/${verb}`, query })
  }
}

/** The engine counts whole seconds. */
function graceOf({ timeoutMs }: StopOptions): { t: number | null } {
  return { t: timeoutMs === undefined ? null : Math.ceil(timeoutMs / 1000) }
}
