import type { CheckResult, HealthCheckSpec } from '@wheelhouse/contract'
import { troubleWords } from '../../inventory/outbound/index.ts'
import { command } from './command.ts'
import type { Finding, ProbeContext } from './context.ts'
import { database } from './database.ts'
import { http } from './http.ts'
import { queue } from './queue.ts'
import { tcp } from './tcp.ts'
import { websocket } from './websocket.ts'

const longestMessage = 400
const failed = (error: unknown): Finding => ({
  ok: false,
  message: troubleWords(error) ?? (error instanceof Error && error.message !== '' ? error.message : 'failed'),
})

async function once(spec: HealthCheckSpec, context: ProbeContext, signal: AbortSignal): Promise<Finding> {
  if (spec.kind === 'http') return http(spec, signal)
  if (spec.kind === 'tcp') return tcp(spec, signal)
  if (spec.kind === 'websocket') return websocket(spec, signal)
  if (spec.kind === 'command') return command(spec, context.run, signal)
  if (spec.kind === 'database') return database(spec, context.secret, signal)
  return queue(spec, context.secret, signal)
}

/** Runs one check once; never throws. */
export async function probe(spec: HealthCheckSpec, context: ProbeContext, stop: AbortSignal): Promise<CheckResult> {
  const at = new Date().toISOString()
  const start = performance.now()
  const deadline = AbortSignal.timeout(spec.timeoutMs)
  const signal = AbortSignal.any([stop, deadline])
  // A client library may be deaf to the signal: the deadline holds all the same.
  const ended = Promise.withResolvers<never>()
  const end = (): void => ended.reject(Object.assign(new Error('stopped'), { code: 'ABORT_ERR' }))
  signal.addEventListener('abort', end, { once: true })
  const finding: Finding = await Promise.race([once(spec, context, signal), ended.promise])
    .catch((error: unknown) =>
      deadline.aborted ? { ok: false, message: `did not answer within ${spec.timeoutMs} ms` } : failed(error),
    )
    .finally(() => signal.removeEventListener('abort', end))
  const message = finding.message.slice(0, longestMessage)
  const tookMs = Math.round((performance.now() - start) * 10) / 10
  return { at, ok: finding.ok, tookMs, message, ...(finding.queue ? { queue: finding.queue } : {}) }
}
