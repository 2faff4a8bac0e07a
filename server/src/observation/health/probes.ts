import { request as httpRequest, type ClientRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect, isIP } from 'node:net'
import type { CheckResult, HealthCheckSpec } from '@wheelhouse/contract'
import { WebSocket } from 'ws'
import { guardedAddress } from './guard.ts'

/** What one probe found; `message` is a clause such as "200 OK" or "refused the connection". */
type Finding = Pick<CheckResult, 'ok' | 'message'>

const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'refused the connection',
  ECONNRESET: 'closed the connection',
  EHOSTUNREACH: 'cannot be reached',
  ENETUNREACH: 'cannot be reached',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name could not be looked up',
  ETIMEDOUT: 'did not answer in time',
  ABORT_ERR: 'did not answer in time',
}
const failed = (error: unknown): Finding => {
  const code = (error as { code?: unknown } | null)?.code
  const known = typeof code === 'string' ? words[code] : undefined
  return { ok: false, message: known ?? (error instanceof Error ? error.message : 'failed') }
}

async function http(spec: Extract<HealthCheckSpec, { kind: 'http' }>, signal: AbortSignal): Promise<Finding> {
  const url = new URL(spec.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { ok: false, message: 'the address must begin with http:// or https://' }
  const { address, family } = await guardedAddress(url.hostname)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    const call: ClientRequest = send(url, {
      // `hostname` is what counts before `host`: with the name left in it the lookup would be made a second time.
      hostname: address,
      family,
      ...(isIP(url.hostname.replace(/^\[|\]$/g, '')) ? {} : { servername: url.hostname }),
      signal,
      headers: { host: url.host, 'user-agent': 'wheelhouse-health' },
      agent: false,
    })
    call.on('error', reject)
    call.on('response', (response) => {
      // Redirects are not followed: the first answer is the answer.
      const status = response.statusCode ?? 0
      const ok = spec.expectStatus === null ? status >= 200 && status < 400 : status === spec.expectStatus
      resolve({
        ok,
        message: ok
          ? String(status)
          : `answered ${status}${spec.expectStatus === null ? '' : `, not ${spec.expectStatus}`}`,
      })
      response.destroy()
    })
    call.end()
  })
}

async function tcp(spec: Extract<HealthCheckSpec, { kind: 'tcp' }>, signal: AbortSignal): Promise<Finding> {
  const { address } = await guardedAddress(spec.host)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port: spec.port, signal })
    socket.on('error', reject)
    socket.on('connect', () => {
      resolve({ ok: true, message: 'accepts connections' })
      socket.destroy()
    })
  })
}

async function websocket(spec: Extract<HealthCheckSpec, { kind: 'websocket' }>, signal: AbortSignal): Promise<Finding> {
  const url = new URL(spec.url)
  if (url.protocol !== 'ws:' && url.protocol !== 'wss:')
    return { ok: false, message: 'the address must begin with ws:// or wss://' }
  const { address, family } = await guardedAddress(url.hostname)
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, {
      lookup: (_host, options, done) =>
        (options as { all?: boolean }).all
          ? (done as unknown as (e: null, a: unknown) => void)(null, [{ address, family }])
          : done(null, address, family),
    })
    const abort = (): void => socket.terminate()
    signal.addEventListener('abort', abort, { once: true })
    socket.on('error', reject)
    socket.on('close', () =>
      reject(Object.assign(new Error('closed'), { code: signal.aborted ? 'ETIMEDOUT' : 'ECONNRESET' })),
    )
    socket.on('open', () => {
      signal.removeEventListener('abort', abort)
      resolve({ ok: true, message: 'opens' })
      socket.terminate()
    })
  })
}

/** Runs the command of a check where its service is; answers its exit code and last words. */
export type RunCheckCommand = (
  argv: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
) => Promise<{ exitCode: number; output: string }>

async function command(
  spec: Extract<HealthCheckSpec, { kind: 'command' }>,
  run: RunCheckCommand,
  signal: AbortSignal,
): Promise<Finding> {
  const { exitCode, output } = await run(spec.argv, spec.timeoutMs, signal)
  // The line that tells of an error says more than the last one, which often is a version or a hint.
  const lines = output.trim().split('\n')
  const said = (lines.find((line) => /error|fail|denied|refused/i.test(line)) ?? lines.at(-1) ?? '')
    .trim()
    .slice(0, 200)
  return { ok: exitCode === 0, message: `exit ${exitCode}${said === '' ? '' : `: ${said}`}` }
}

async function once(spec: HealthCheckSpec, run: RunCheckCommand, signal: AbortSignal): Promise<Finding> {
  if (spec.kind === 'http') return http(spec, signal)
  if (spec.kind === 'tcp') return tcp(spec, signal)
  if (spec.kind === 'websocket') return websocket(spec, signal)
  if (spec.kind === 'command') return command(spec, run, signal)
  return { ok: false, message: `${spec.kind} checks are not there yet` }
}

/** Runs one check once; never throws. */
export async function probe(spec: HealthCheckSpec, run: RunCheckCommand, stop: AbortSignal): Promise<CheckResult> {
  const at = new Date().toISOString()
  const start = performance.now()
  const deadline = AbortSignal.timeout(spec.timeoutMs)
  const signal = AbortSignal.any([stop, deadline])
  const finding = await once(spec, run, signal).catch((error: unknown) =>
    deadline.aborted ? { ok: false, message: `did not answer within ${spec.timeoutMs} ms` } : failed(error),
  )
  return { at, ok: finding.ok, tookMs: Math.round((performance.now() - start) * 10) / 10, message: finding.message }
}
