import type { Service } from '@wheelhouse/contract'
import type { Run } from '../saga/run.ts'
import { isUp } from '../steps/instances.ts'
import { presentSpec } from '../swarm/service-bring.ts'
import type { RemoveArgs } from '../swarm/service-remove.ts'
import { labelOf, runChanges, runLeaving } from './changes.ts'
import { noteDependents } from '../dependents/dependents.ts'
import { prepareRelease } from './release.ts'

/** A service of a Swarm holds its published ports also without tasks: only one that is gone makes way. */
async function removeFirst(run: Run, { targetId, id: serviceId, name }: Service, stepId: string): Promise<void> {
  const noted = run.journal.find(stepId)
  const before = noted ? (noted.args as unknown as RemoveArgs).before : await presentSpec(run.room, targetId, name)
  await run.step('service.remove', stepId, { targetId, serviceId, service: name, before })
}

/** Stops what cannot run beside its successor, also where that has another name, in the reverse of the order in which it starts, once its successor is ready. */
export async function stop(run: Run): Promise<string> {
  await prepareRelease(run)
  await noteDependents(run, await runChanges(run))
  let count = 0
  for (const { service, first } of await runLeaving(run)) {
    if (first === null) continue
    const { targetId, id: serviceId, name } = service
    const target = run.deployment.targets.find((one) => one.id === targetId)
    const label = run.deployment.targets.length > 1 ? `${name} on ${target?.name ?? targetId}` : name
    run.task(label, 'running', first)
    if (service.kind === 'swarm-service') await removeFirst(run, service, `stop ${label}`)
    else {
      const nativeId = run.room.targets.nativeId(service)
      await run.step('instance.stop', `stop ${label}`, { targetId, nativeId, serviceId, name: label, wasUp: true })
    }
    run.task(label, 'done', first)
    count++
  }
  for (const change of (await runChanges(run)).toReversed()) {
    if (change.mode !== 'in-place' || change.current === null) continue
    const label = labelOf(run, change)
    run.task(label, 'running')
    await run.step('instance.stop', `stop ${label}`, {
      targetId: change.targetId,
      nativeId: run.room.targets.nativeId(change.current),
      serviceId: change.current.id,
      name: label,
      wasUp: isUp(change.current),
    })
    run.task(label, 'done')
    count++
  }
  return count === 0
    ? 'nothing has to stop before the new is there'
    : `${count} ${count === 1 ? 'service' : 'services'} stopped`
}
