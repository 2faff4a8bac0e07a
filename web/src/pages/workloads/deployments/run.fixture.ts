import type { Deployment } from '@wheelhouse/contract'

const at = '2026-11-21T12:00:00.000Z'

/** A run that went well; say what differs. */
export const aRun = (over: Partial<Deployment> = {}): Deployment => ({
  id: `run-${over.number ?? 1}`,
  number: 1,
  stack: 'shop',
  environment: 'production',
  kind: 'deploy',
  state: 'succeeded',
  strategy: 'rolling',
  targets: [],
  apps: [],
  options: {},
  stages: [],
  stage: null,
  queue: null,
  approval: null,
  release: null,
  previous: null,
  backupId: null,
  migrated: false,
  switchGapMs: null,
  outcome: null,
  trigger: { kind: 'person', name: 'mara' },
  requestedBy: 'mara',
  createdAt: at,
  startedAt: at,
  finishedAt: null,
  ...over,
})
