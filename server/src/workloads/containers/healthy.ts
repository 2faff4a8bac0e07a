import { Failure, type Service } from '@wheelhouse/contract'
import type { Registry } from '../../inventory/targets/index.ts'

const over = new Set(['stopped', 'failed'])

/**
 * Resolves when a container that was started is healthy by its own check, or has stayed up for `settleMs` where it has none. Throws
 * TARGET_REFUSED with what it is instead, and TIMED_OUT.
 */
export async function becomeHealthy(
  registry: Registry,
  id: string,
  { withinMs, settleMs }: { readonly withinMs: number; readonly settleMs: number },
  signal: AbortSignal,
): Promise<void> {
  const good = (row: Service | null): boolean => row?.state === 'running' && row.health === 'healthy'
  // The mirror may still show it as it was made: not started, which is no end.
  const ended = (row: Service): boolean => over.has(row.state) && row.startedAt !== null
  const bad = (row: Service | null): boolean => row === null || ended(row) || row.health === 'unhealthy'
  const seen = await registry.whenService(id, (row) => row !== null, 5000, signal)
  if (seen === null) throw new Failure('TIMED_OUT', 'The engine does not list the new container. Look at its events.')
  // Told once it is up: whether it has a check is known only then.
  const first = await registry.whenService(id, (row) => bad(row) || row?.state === 'running', withinMs, signal)
  refuse(first, bad)
  if (first?.health === 'none') {
    const after = await registry.whenService(id, bad, settleMs, signal)
    signal.throwIfAborted()
    refuse(after, bad)
    return
  }
  const last = await registry.whenService(id, (row) => good(row) || bad(row), withinMs, signal)
  signal.throwIfAborted()
  refuse(last, bad)
  if (!good(last)) {
    throw new Failure('TIMED_OUT', `It was not healthy after ${Math.round(withinMs / 1000)} s: it is ${last?.health}.`)
  }
}

function refuse(row: Service | null, bad: (row: Service | null) => boolean): void {
  if (!bad(row)) return
  const why =
    row === null ? 'it is gone' : (row.reason ?? `it is ${row.health === 'unhealthy' ? 'unhealthy' : row.state}`)
  throw new Failure('TARGET_REFUSED', `The new container does not run: ${why}.`)
}
