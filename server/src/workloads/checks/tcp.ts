import { connect } from 'node:net'
import type { HealthCheckSpec } from '@wheelhouse/contract'
import { guardedAddress } from '../../inventory/outbound/index.ts'
import type { Finding } from './context.ts'

export async function tcp(spec: Extract<HealthCheckSpec, { kind: 'tcp' }>, signal: AbortSignal): Promise<Finding> {
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
