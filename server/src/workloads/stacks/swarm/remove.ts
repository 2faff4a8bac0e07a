import { setTimeout as sleep } from 'node:timers/promises'
import type { Plan, PlanStep } from '@wheelhouse/contract'
import { type FoundResource, stackLabels, type SwarmService, type SwarmStored } from '@wheelhouse/driver'
import type { JobContext } from '@wheelhouse/platform/jobs'
import { countVerbs } from '../../../dispatch/index.ts'
import { digestOf } from '../reconcile/digest.ts'
import { summarize } from '../reconcile/plan.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import { clusterFor } from './prepare.ts'
import { untilFree, words } from './put-back.ts'

interface Leaving {
  readonly services: readonly SwarmService[]
  readonly networks: readonly FoundResource[]
  readonly objects: readonly { readonly kind: 'secret' | 'config'; readonly stored: SwarmStored }[]
}

async function leaving(room: StackRoom, target: StackTarget, stack: string): Promise<Leaving> {
  const { sight } = clusterFor(room, target)
  const isOwn = (labels: Readonly<Record<string, string>> | null | undefined): boolean =>
    labels?.[stackLabels.namespace] === stack
  const networks = await room.targets.connection(target.id).resources()
  const objects = (kind: 'secret' | 'config', all: readonly SwarmStored[]) =>
    all.filter(({ Spec }) => isOwn(Spec.Labels)).map((stored) => ({ kind, stored }))
  return {
    services: sight.services.filter(({ Spec }) => isOwn(Spec.Labels)),
    networks: networks.filter((found) => found.kind === 'network' && found.stack === stack),
    objects: [...objects('secret', sight.secrets), ...objects('config', sight.configs)],
  }
}

/** Volumes are of the nodes: each has its own, and no manager can remove them. */
function volumesOf(services: readonly SwarmService[]): string[] {
  const mounts = services.flatMap(({ Spec }) => Spec.TaskTemplate.ContainerSpec?.Mounts ?? [])
  return [...new Set(mounts.flatMap((mount) => (mount.Type === 'volume' && mount.Source ? [mount.Source] : [])))]
}

export async function planSwarmRemove(
  room: StackRoom,
  target: StackTarget,
  { name, volumes }: { readonly name: string; readonly volumes: boolean },
): Promise<Plan> {
  const { services, networks, objects } = await leaving(room, target, name)
  const gone = (kind: PlanStep['kind'], one: string): PlanStep => ({ verb: 'remove', kind, name: one, reasons: [] })
  const steps = [
    ...services.map(({ Spec }) => gone('service', Spec.Name)),
    ...objects.map(({ kind, stored }) => gone(kind, stored.Spec.Name)),
    ...networks.map((network) => gone('network', network.name)),
  ]
  const kept = volumesOf(services)
  return {
    summary: steps.length > 0 ? summarize(name, target.name, steps) : `Nothing of ${name} is left on ${target.name}.`,
    steps,
    counts: countVerbs(steps),
    warnings:
      volumes && kept.length > 0
        ? [`A Swarm cannot remove volumes: ${kept.join(', ')} stay on the nodes. Remove them there.`]
        : [],
    kept: kept.map((volume) => `volume ${volume}, on each node by itself`),
    digest: digestOf(
      { target: target.id, name, steps, ids: services.map(({ ID }) => ID) },
      await room.store.digestKey(),
    ),
  }
}

const over: ReadonlySet<string> = new Set(['complete', 'shutdown', 'failed', 'rejected', 'remove', 'orphaned'])

/** Waits for the tasks to end: they hold networks, and what they do may not be over. */
async function tasksEnded(
  room: StackRoom,
  target: StackTarget,
  services: readonly SwarmService[],
  signal: AbortSignal,
) {
  const own = new Set(services.map(({ ID }) => ID))
  const end = Date.now() + room.settings.waitMs
  // The manager does not tell tasks of a service that is gone by its id, but among all.
  const live = (): boolean =>
    room.targets
      .sight(target.id)
      ?.tasks.some(({ ServiceID, Status }) => own.has(ServiceID) && !over.has(Status.State)) === true
  while (live() && Date.now() < end) await sleep(300, undefined, { signal })
}

/** Takes a stack off a Swarm. What is gone already is no failure, so that it can run again. Answers how many things went. */
export async function removeFromSwarm(
  room: StackRoom,
  target: StackTarget,
  name: string,
  job: JobContext,
): Promise<number> {
  const { cluster } = clusterFor(room, target)
  const connection = room.targets.connection(target.id)
  const { services, networks, objects } = await leaving(room, target, name)
  const labels = [
    ...services.map(({ Spec }) => Spec.Name),
    ...objects.map(({ kind, stored }) => `${kind} ${stored.Spec.Name}`),
    ...networks.map((network) => `network ${network.name}`),
  ]
  for (const label of labels) job.step(label, 'waiting')
  let done = 0
  const step = async (label: string, work: () => Promise<void>): Promise<void> => {
    job.signal.throwIfAborted()
    job.step(label, 'running')
    try {
      await untilFree(work, job.signal)
    } catch (error) {
      job.step(label, 'failed', words(error))
      throw error
    }
    job.step(label, 'done')
    job.progress(++done / labels.length, `${label}: removed`)
  }
  for (const { ID: id, Spec } of services) await step(Spec.Name, () => cluster.removeService(id))
  await tasksEnded(room, target, services, job.signal)
  for (const { kind, stored } of objects)
    await step(`${kind} ${stored.Spec.Name}`, () => cluster.removeObject(kind, stored.ID))
  for (const network of networks)
    await step(`network ${network.name}`, () => connection.removeResource('network', network.name))
  return labels.length
}
