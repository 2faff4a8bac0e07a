import type { Deployment, NewEvent } from '@wheelhouse/contract'
import { refusalEvent } from '../../../dispatch/index.ts'

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

/** Null unless it ended because the policy forbids something, which a run that nobody asked for by hand learns only then. */
export const refused = ({ outcome, requestedBy, targets, stack, id }: Deployment): NewEvent | null => {
  const [target] = targets
  const place = target === undefined ? {} : { targetId: target.id }
  const data = { deploymentId: id, stage: outcome?.stage ?? null }
  const event = refusalEvent(outcome?.error, { actor: requestedBy, what: 'deployments.start', place, data })
  return event && { ...event, stack }
}
