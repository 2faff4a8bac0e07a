import type { JobContext } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import type { SealedColumn, Secrets } from '@wheelhouse/platform/secrets'
import type { SealedStore } from './store.ts'

const page = 200

export interface ResealRoom {
  readonly store: SealedStore
  readonly secrets: Secrets
  readonly columns: readonly SealedColumn[]
  readonly log: Log
}

/**
 * Seals everything that is under an older key anew. Each value is changed by itself, and only if it is still as it was read, so that
 * this may be cut off anywhere and beside any other work: what is left is found again by its key.
 */
export async function reseal(
  { store, secrets, columns, log }: ResealRoom,
  { signal, progress, step }: Pick<JobContext, 'signal' | 'progress' | 'step'>,
): Promise<{ resealed: number; unopened: number }> {
  const { older } = await store.counts(columns, secrets.keyId)
  let [resealed, unopened] = [0, 0]
  for (const column of columns) {
    const name = `${column.table}.${column.column}`
    let [done, broken] = [0, 0]
    for (;;) {
      signal.throwIfAborted()
      const values = await store.older(column, secrets.keyId, broken, page)
      if (values.length === 0) break
      if (done + broken === 0) step(name, 'running')
      for (const value of values) {
        const next = sealedAnew(value)
        if (next === null) broken++
        else if (await store.replace(column, value, next)) done++
      }
      progress(Math.min(1, (resealed + done) / Math.max(older, 1)), `${resealed + done} of ${older} values`)
    }
    if (done + broken > 0)
      step(
        name,
        broken > 0 ? 'failed' : 'done',
        `${done} sealed anew${broken > 0 ? `, ${broken} cannot be opened` : ''}`,
      )
    resealed += done
    unopened += broken

    function sealedAnew({ key, sealed }: Awaited<ReturnType<SealedStore['older']>>[number]): string | null {
      const context = column.context(key)
      try {
        return secrets.seal(secrets.open(sealed, context).reveal(), context)
      } catch (error) {
        // It was of no use before either: it must not keep the others from being sealed anew.
        log.warn({ err: error, column: name, key }, 'a sealed value cannot be opened')
        return null
      }
    }
  }
  return { resealed, unopened }
}
