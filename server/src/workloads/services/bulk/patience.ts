import { Failure } from '@wheelhouse/contract'
import type { Registry } from '../../../inventory/targets/index.ts'

/** Beyond the time that a service may take to stop. */
const silenceMs = 60_000
/** What a service may take to stop by its own settings, which are not asked for. */
const ownStopMs = 120_000

/**
 * Waits for an act no longer than its target is heard, and never for ever: an engine that took the request and went silent would
 * hold whoever waits. Throws TARGET_UNREACHABLE or TIMED_OUT, and the reason of the signal; what was asked for may still happen.
 */
export async function patiently<T>(
  registry: Registry,
  targetId: string,
  timeoutMs: number | undefined,
  signal: AbortSignal,
  act: Promise<T>,
): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const mostMs = (timeoutMs ?? ownStopMs) + silenceMs
  const unsure = 'Whether it was done shows when it is heard again.'
  const timer = setTimeout(
    () => reject(new Failure('TIMED_OUT', `The target did not finish within ${mostMs} ms. ${unsure}`)),
    mostMs,
  )
  const leave = registry.onChange((change) => {
    if (change.kind === 'target-removed' && change.id === targetId)
      reject(new Failure('TARGET_UNREACHABLE', 'The target was removed meanwhile.'))
    if (change.kind !== 'target' || change.target.id !== targetId || change.target.state === 'connected') return
    const { name, reason } = change.target
    reject(
      new Failure('TARGET_UNREACHABLE', `${name} was lost while it was at work: ${reason ?? 'no reason'} ${unsure}`),
    )
  })
  const stopped = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('It was stopped'))
  signal.addEventListener('abort', stopped, { once: true })
  if (signal.aborted) stopped()
  // Whichever loses the race ends unheard.
  act.catch(() => undefined)
  promise.catch(() => undefined)
  try {
    return await Promise.race([act, promise])
  } finally {
    clearTimeout(timer)
    leave()
    signal.removeEventListener('abort', stopped)
  }
}
