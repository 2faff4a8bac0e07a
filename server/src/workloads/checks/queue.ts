import type { HealthCheckSpec } from '@wheelhouse/contract'
import type { Finding, ProbeContext } from './context.ts'
import { withSession } from './session.ts'

/** "12 waiting", and the limit where it is passed. */
function told(count: number, word: string, most: number | null): Finding {
  const ok = most === null || count <= most
  return { ok, message: `${count} ${word}${ok ? '' : `, more than ${most}`}` }
}

export async function queue(
  spec: Extract<HealthCheckSpec, { kind: 'queue' }>,
  secret: ProbeContext['secret'],
  signal: AbortSignal,
): Promise<Finding> {
  const { pending, failed, maxPending, maxFailed } = spec
  const depth = await withSession(spec, secret, signal, async (session) => ({
    pending: await session.count(pending),
    failed: failed === null ? null : await session.count(failed),
  }))
  const found = [
    told(depth.pending, 'waiting', maxPending),
    ...(depth.failed === null ? [] : [told(depth.failed, 'failed', maxFailed)]),
  ]
  return {
    ok: found.every((each) => each.ok),
    message: found.map((each) => each.message).join(', '),
    queue: depth,
  }
}
