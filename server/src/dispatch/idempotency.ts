import { createHash } from 'node:crypto'
import { Failure } from '@wheelhouse/contract'
import { maskFields } from '@wheelhouse/platform/log'
import type { State } from '@wheelhouse/platform/state'

interface Kept {
  readonly input: string
  readonly done: boolean
  readonly output?: unknown
}
const dayMs = 86_400_000
const runningMs = 600_000

/**
 * Runs `act` once per caller and key; a repeat with the same input answers the first result for a day.
 * Throws IDEMPOTENCY_CONFLICT for the key with another input, STATE_CONFLICT while the first still runs.
 */
export async function once(
  state: State,
  who: string,
  key: string,
  input: unknown,
  act: () => Promise<unknown>,
): Promise<unknown> {
  const name = `idempotency:${who}:${createHash('sha256').update(key).digest('base64url')}`
  // Of the masked input: the hash of a password would be kept for a day otherwise.
  const digest = createHash('sha256')
    .update(JSON.stringify(maskFields({ input })))
    .digest('base64url')
  if (!(await state.add(name, { input: digest, done: false } satisfies Kept, runningMs))) {
    const kept = await state.get<Kept>(name)
    if (kept && kept.input !== digest) throw new Failure('IDEMPOTENCY_CONFLICT')
    if (kept?.done) return kept.output
    throw new Failure('STATE_CONFLICT', 'The first request with this Idempotency-Key is still running. Wait for it.')
  }
  try {
    const output = await act()
    await state.set(name, { input: digest, done: true, output } satisfies Kept, dayMs)
    return output
  } catch (error) {
    // A refused request changed nothing: it may be tried again with the same key.
    await state.delete(name)
    throw error
  }
}
