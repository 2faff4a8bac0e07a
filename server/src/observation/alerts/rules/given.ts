import type { AlertRuleSpec } from '@wheelhouse/contract'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** What is watched for from the beginning. People may change each, switch it off or remove it; its key keeps it from coming back. */
export const givenRules: readonly { readonly key: string; readonly spec: Omit<AlertRuleSpec, 'enabled'> }[] = [
  {
    key: 'service-failed',
    spec: {
      name: 'Service failed',
      summary: 'It ended with an error, keeps ending, or could not start. Its last lines and its exit code say why.',
      severity: 'critical',
      where: {},
      condition: { kind: 'state', states: ['failed'] },
    },
  },
  {
    key: 'service-unhealthy',
    spec: {
      name: 'Service unhealthy',
      summary: 'It runs, but its health check fails. See what the check found, and what it says itself.',
      severity: 'warning',
      where: {},
      condition: { kind: 'health' },
      forMs: minuteMs,
    },
  },
  {
    key: 'target-lost',
    spec: {
      name: 'Target not heard',
      summary:
        'The engine or its host does not answer. What runs there may run on; nothing can be done to it meanwhile.',
      severity: 'critical',
      where: {},
      condition: { kind: 'target' },
      forMs: 30_000,
    },
  },
  {
    key: 'disk-full',
    spec: {
      name: 'Disk nearly full',
      summary:
        'When it is full, databases stop and logs are lost. Prune images and volumes that nothing uses, or make room.',
      severity: 'critical',
      where: {},
      condition: {
        kind: 'metric',
        metric: 'target.disk-percent',
        windowMs: 5 * minuteMs,
        compare: 'above',
        threshold: 90,
        clearAt: 87,
      },
      forMs: 5 * minuteMs,
    },
  },
  {
    key: 'disk-forecast',
    spec: {
      name: 'Disk will be full soon',
      summary: 'It fills at a rate that leaves less than a day. Find what grows before it is full.',
      severity: 'warning',
      where: {},
      condition: {
        kind: 'forecast',
        metric: 'target.disk-percent',
        windowMs: 6 * hourMs,
        withinMs: dayMs,
        compare: 'above',
        threshold: 97,
      },
      forMs: 15 * minuteMs,
      clearAfterMs: 30 * minuteMs,
    },
  },
  {
    key: 'memory-near-limit',
    spec: {
      name: 'Memory near its limit',
      summary: 'At the limit the kernel ends one of its processes. Raise the limit, or find what it holds on to.',
      severity: 'warning',
      where: {},
      condition: {
        kind: 'metric',
        metric: 'memory.percent',
        windowMs: 5 * minuteMs,
        compare: 'above',
        threshold: 90,
        clearAt: 85,
      },
      forMs: 5 * minuteMs,
    },
  },
  {
    key: 'deployment-failed',
    spec: {
      name: 'Deployment failed or rolled back',
      summary: 'What was to be brought out is not. The report of the run has the check that failed and its last lines.',
      severity: 'warning',
      where: {},
      condition: {
        kind: 'event',
        types: [
          'deployment.failed',
          'deployment.rolled-back',
          'deployment.abandoned',
          'rollout.rolled-back',
          'rollout.stalled',
          'stack.failed',
        ],
        windowMs: dayMs,
        atLeast: 1,
        until: ['deployment.succeeded', 'rollout.finished', 'stack.applied'],
      },
    },
  },
  {
    key: 'backup-missed',
    spec: {
      name: 'Backup missed or failed',
      summary: 'There is no new backup to return to. Make it by hand, and see what kept it.',
      severity: 'critical',
      where: {},
      condition: {
        kind: 'event',
        types: ['backup.missed', 'backup.failed'],
        windowMs: 7 * dayMs,
        atLeast: 1,
        until: ['backup.created'],
      },
    },
  },
  {
    key: 'certificate-expiring',
    spec: {
      name: 'Certificate ends soon',
      summary: 'Browsers and clients refuse it from that day on. Generate it anew, or import its successor.',
      severity: 'warning',
      where: {},
      condition: {
        kind: 'event',
        types: ['certificate.expiring'],
        windowMs: 7 * dayMs,
        atLeast: 1,
        until: ['certificate.created'],
      },
    },
  },
]
