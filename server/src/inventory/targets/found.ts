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
  tags: [],
  origin: 'found',
  createdAt: now,
})

/** The targets that need no registration: this machine, and a Docker engine where its tools would look for one. */
export function foundTargets(machine: string, engine: FoundEngine | null, now: Date): StoredTarget[] {
  const at = now.toISOString()
  const here: StoredTarget = { record: local(at, machine), tls: null }
  if (!engine) return [here]
  const docker: TargetRecord = {
    ...local(at, 'docker'),
    id: 'docker',
    kind: 'docker',
    address: engine.address,
    tls: engine.tls !== null,
  }
  return [here, { record: docker, tls: engine.tls }]
}
