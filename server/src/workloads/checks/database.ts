import type { HealthCheckSpec } from '@wheelhouse/contract'
import type { Finding, ProbeContext } from './context.ts'
import { withSession } from './session.ts'

export async function database(
  spec: Extract<HealthCheckSpec, { kind: 'database' }>,
  secret: ProbeContext['secret'],
  signal: AbortSignal,
): Promise<Finding> {
  await withSession(spec, secret, signal, (session) => session.ping())
  return { ok: true, message: 'answers queries' }
}
