import { Failure } from '@wheelhouse/contract'
import type { TargetOptions } from '@wheelhouse/driver'
import { sshDestination } from './ssh/destination.ts'
import { SshTunnel } from './ssh/tunnel.ts'

/** Where an engine listens, as node:http takes it. `label` is what a person reads in a sentence. */
export interface Endpoint {
  readonly label: string
  readonly secure: boolean
  readonly connection:
    | { readonly socketPath: string }
    | {
        readonly host: string
        readonly port: number
        readonly ca?: string
        readonly cert?: string
        readonly key?: string
      }
  /** Has to be up before the socket is there. */
  readonly tunnel?: SshTunnel
}

/** Whether the engine is on this machine. */
export const isLocal = (endpoint: Endpoint): boolean => 'socketPath' in endpoint.connection && !endpoint.tunnel

/**
 * Reads `unix:///path`, `tcp://host:port` and `ssh://user@host`; with `tls` material, even empty, a tcp connection is encrypted.
 * A tunnel is not yet up.
 */
export function parseAddress({ address, tls, ssh }: Pick<TargetOptions, 'address' | 'tls' | 'ssh'>): Endpoint {
  if (address.startsWith('unix:///')) {
    const socketPath = address.slice('unix://'.length)
    return { label: socketPath, secure: false, connection: { socketPath } }
  }
  const destination = sshDestination(address)
  if (destination) {
    const tunnel = new SshTunnel(destination, ssh ?? {})
    return { label: destination.host, secure: false, connection: { socketPath: tunnel.socketPath }, tunnel }
  }
  const match = /^tcp:\/\/(\[[^\]]+\]|[^/:\s]+):(\d{1,5})\/?$/.exec(address)
  if (!match) {
    throw new Failure(
      'VALIDATION_FAILED',
      `"${address}" is no engine address. Use unix:///path/to/docker.sock, tcp://host:port or ssh://user@host.`,
    )
  }
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '')
  return {
    label: `${match[1]}:${match[2]}`,
    secure: tls !== null,
    connection: { host, port: Number(match[2]), ...tls },
  }
}
