import type { Deployment } from '@wheelhouse/contract'
import type { DeployRoom } from '../room.ts'
import { isUp } from '../steps/instances.ts'
import type { StepEntry } from './journal.ts'
import type { StepName } from './step-names.ts'

/**
 * What runs now, a sentence a service, as the mirror sees it. `stack` is the name on the targets. Instances that stand beside those that
 * serve are left out, unless nobody can say any more which of them serve.
 */
export function runningOf(
  room: Pick<DeployRoom, 'targets'>,
  deployment: Deployment,
  stack: string,
  beside: 'without those beside' | 'with those beside' = 'without those beside',
): string[] {
  const ids = new Set(deployment.targets.map(({ id }) => id))
  return [...ids].flatMap((targetId) =>
    room.targets
      .services(targetId)
      .filter((service) => service.stack === stack && isUp(service))
      .filter((service) => beside === 'with those beside' || !/\.r\d+$/.test(service.name))
      .map((service) => {
        const release = service.labels['wheelhouse.release']
        const health = service.health === 'none' ? '' : `, ${service.health}`
        return `${service.name} runs${release === undefined ? '' : ` release ${release}`}${health}.`
      }),
  )
}

/** Steps that changed something people may stumble over; what is only kept in the data folder is not among them. */
const visible: ReadonlySet<StepName> = new Set([
  'files.write',
  'app.migrate',
  'service.bring',
  'service.remove',
  'instance.stop',
  'instance.create',
  'alias.join',
  'alias.leave',
  'route.set',
  'route.remove',
  'command.run',
  'database.restore',
])

/** What a run that nobody goes on with has done and not undone, and what it was at, a sentence each. */
export function leftOf(steps: readonly StepEntry[]): string[] {
  return steps
    .filter((step) => step.state !== 'undone' && (step.state !== 'done' || visible.has(step.kind)))
    .map((step) => (step.state === 'done' ? `${step.id} was done and is not undone.` : `${step.id} is not finished.`))
}
