import type { HealthCheckSpec } from '@wheelhouse/contract'
import { WebSocket } from 'ws'
import { guardedAddress } from '../../inventory/outbound/index.ts'
import type { Finding } from './context.ts'

export async function websocket(
  spec: Extract<HealthCheckSpec, { kind: 'websocket' }>,
  signal: AbortSignal,
): Promise<Finding> {
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
    socket.on('unexpected-response', (_, response) => {
      resolve({ ok: false, message: `answered ${response.statusCode}, not with a WebSocket` })
      socket.terminate()
    })
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
