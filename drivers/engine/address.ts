import { Failure } from '@wheelhouse/contract'
import type { TargetOptions } from '@wheelhouse/driver'

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
}

/** Reads `unix:///path` and `tcp://host:port`; with `tls` material, even empty, the connection is encrypted. */
export function parseAddress({ address, tls }: Pick<TargetOptions, 'address' | 'tls'>): Endpoint {
  if (address.startsWith('unix:///')) {
    const socketPath = address.slice('unix://'.length)
    return { label: socketPath, secure: false, connection: { socketPath } }
  }
  const match = /^tcp:\/\/(\[[^\]]+\]|[^/:\s]+):(\d{1,5})\/?$/.exec(address)
  if (!match) {
    throw new Failure(
      'VALIDATION_FAILED',
      `"${address}" is no engine address. Use unix:///path/to/docker.sock or tcp://host:port.`,
    )
  }
  const host = (match[1] ?? '').replace(/^\[|\]$/g, '')
  return {
    label: `${match[1]}:${match[2]}`,
    secure: tls !== null,
    connection: { host, port: Number(match[2]), ...tls },
  }
}
