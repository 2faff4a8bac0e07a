import type { Service } from '@wheelhouse/contract'
import { client } from '../api/client.ts'
import { services } from '../api/fleet.ts'
import { wordsFor } from '../api/trouble.ts'
import type { RunnableAct } from './words.ts'

export interface ActInput {
  readonly signal?: string
  readonly name?: string
  readonly volumes?: boolean
}
export interface ItemResult {
  readonly service: Service
  /** Null when it went well. */
  readonly error: string | null
  /** Nothing was asked of its target. */
  readonly untried?: boolean
}

/** One act on one service; the answer is in the list before the push of it arrives. */
async function runOne(act: RunnableAct, service: Service, input: ActInput): Promise<void> {
  const { id } = service
  if (act === 'remove') {
    await client.services.remove({ id, ...(input.volumes ? { volumes: true } : {}) })
    return services.remove(id)
  }
  const row =
    act === 'rename'
      ? await client.services.rename({ id, name: input.name ?? service.name })
      : act === 'kill'
        ? await client.services.kill({ id, ...(input.signal ? { signal: input.signal } : {}) })
        : await client.services[act]({ id })
  services.set(row)
}

/** Runs an act on one, and tells how it went. */
export async function runAlone(act: RunnableAct, service: Service, input: ActInput): Promise<ItemResult> {
  try {
    await runOne(act, service, input)
    return { service, error: null }
  } catch (error) {
    return { service, error: wordsFor(error).what }
  }
}
