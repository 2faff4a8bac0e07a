import type { Deployment, NewEvent } from '@wheelhouse/contract'

/** What everybody may know of a run that has ended. */
export const finished = (deployment: Deployment): NewEvent => ({
  type: 'deployment.finished',
  severity: deployment.state === 'succeeded' || deployment.state === 'cancelled' ? 'info' : 'error',
  message: deployment.outcome?.summary ?? `${deployment.stack}: ${deployment.state}.`,
  actor: deployment.requestedBy,
  targetId: deployment.targets[0]?.id ?? null,
  stack: deployment.stack,
  data: {
    deploymentId: deployment.id,
    number: deployment.number,
    environment: deployment.environment,
    state: deployment.state,
    release: deployment.release?.number ?? null,
    stage: deployment.outcome?.stage ?? null,
  },
})
