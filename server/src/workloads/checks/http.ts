import type { HealthCheckSpec } from '@wheelhouse/contract'
import { guardedCall } from '../../inventory/outbound/index.ts'
import type { Finding } from './context.ts'

/** Text is looked for in as much of an answer. */
const searchedBytes = 1_048_576

export async function http(spec: Extract<HealthCheckSpec, { kind: 'http' }>, signal: AbortSignal): Promise<Finding> {
  const { expectStatus, contains } = spec
  const { status, body } = await guardedCall(new URL(spec.url), {
    headers: { 'user-agent': 'wheelhouse-health' },
    readBytes: contains === undefined ? 0 : searchedBytes,
    signal,
  })
  const ok = expectStatus === null ? status >= 200 && status < 400 : status === expectStatus
  if (!ok) return { ok, message: `answered ${status}${expectStatus === null ? '' : `, not ${expectStatus}`}` }
  if (contains !== undefined && !body.includes(contains))
    return { ok: false, message: `answered ${status} without the text "${contains.slice(0, 60)}"` }
  return { ok, message: String(status) }
}
