import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { TargetOptions } from '@wheelhouse/driver'

export type FoundEngine = Pick<TargetOptions, 'address' | 'tls'>

/**
 * Where an engine is by custom: DOCKER_HOST (with DOCKER_CERT_PATH), the system's socket, the rootless socket. Null when
 * there is none, or DOCKER_HOST names a way that is not spoken here, such as ssh.
 */
export function findEngine(environment: Readonly<Record<string, string | undefined>>): FoundEngine | null {
  const host = environment.DOCKER_HOST
  if (host) {
    if (host.startsWith('unix:///')) return { address: host, tls: null }
    if (!host.startsWith('tcp://')) return null
    return { address: host, tls: readCertificates(environment.DOCKER_CERT_PATH) }
  }
  const runtime = environment.XDG_RUNTIME_DIR
  const paths = ['/var/run/docker.sock', ...(runtime ? [join(runtime, 'docker.sock')] : [])]
  const path = paths.find(isSocket)
  return path === undefined ? null : { address: `unix://${path}`, tls: null }
}

function isSocket(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isSocket() ?? false
}

function readCertificates(folder: string | undefined): FoundEngine['tls'] {
  if (!folder) return null
  const read = (name: string): string | undefined => {
    try {
      return readFileSync(join(folder, name), 'utf8')
    } catch {
      return undefined
    }
  }
  return { ca: read('ca.pem'), cert: read('cert.pem'), key: read('key.pem') }
}
