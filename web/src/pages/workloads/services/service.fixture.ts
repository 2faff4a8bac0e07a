import type { Service } from '@wheelhouse/contract'

const at = '2026-11-20T12:00:00.000Z'

/** A running container; say what differs. */
export const aService = (over: Partial<Service> = {}): Service => ({
  id: `docker:${over.name ?? 'web'}`,
  name: 'web',
  kind: 'container',
  targetId: 'docker',
  targetName: 'north',
  targetKind: 'docker',
  stack: null,
  stackService: null,
  state: 'running',
  nativeState: 'running',
  reason: null,
  health: 'none',
  image: 'nginx:1',
  command: null,
  ports: [],
  labels: {},
  template: null,
  restarts: 0,
  exitCode: null,
  pid: 1,
  tty: false,
  checks: [],
  usage: null,
  createdAt: at,
  startedAt: at,
  changedAt: at,
  observedAt: at,
  stale: false,
  ...over,
})
