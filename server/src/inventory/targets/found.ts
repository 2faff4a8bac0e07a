import type { TargetRecord } from './mirror.ts'
import type { StoredTarget, Tls } from './store.ts'

export interface FoundEngine {
  readonly address: string
  readonly tls: Tls | null
}

const local = (now: string, name: string): TargetRecord => ({
  id: 'local',
  name,
  kind: 'process',
  address: 'local',
  tls: false,
  group: null,
  tags: [],
  origin: 'found',
  createdAt: now,
})

/** What was found on this machine beside itself. */
export interface Found {
  readonly engine: FoundEngine | null
  readonly serviceManager: boolean
}

/** The targets that need no registration: this machine, its service manager, and a Docker engine where its tools would look for one. */
export function foundTargets(machine: string, { engine, serviceManager }: Found, now: Date): StoredTarget[] {
  const at = now.toISOString()
  const found: StoredTarget[] = [{ record: local(at, machine), tls: null, ssh: null }]
  if (serviceManager) {
    const record: TargetRecord = { ...local(at, `${machine}-services`), id: 'os-services', kind: 'os-service' }
    found.push({ record, tls: null, ssh: null })
  }
  if (engine) {
    const docker: TargetRecord = {
      ...local(at, 'docker'),
      id: 'docker',
      kind: 'docker',
      address: engine.address,
      tls: engine.tls !== null,
    }
    found.push({ record: docker, tls: engine.tls, ssh: null })
  }
  return found
}
