import { Failure } from '@wheelhouse/contract'
import { isMadeFrom } from '../compose/labels.ts'
import { sealDigests } from '../reconcile/digest.ts'
import { readStack } from '../read-stack.ts'
import type { Rendered, Workload } from '../rendered.ts'
import type { StackRoom } from '../room.ts'
import type { StackTarget } from '../stack-targets.ts'
import { stackIdOf } from '../found.ts'
import { fromContainers, runningOf } from './from-containers.ts'
import { fromSwarm } from './from-swarm.ts'
import { withKeptValues } from './kept-values.ts'

/** Throws STATE_CONFLICT for what is managed already, and NOT_FOUND where nothing of that name runs. */
export async function requireFound(room: StackRoom, target: StackTarget, name: string): Promise<void> {
  const stack = await room.store.get(stackIdOf(target.id, name))
  // One that was asked for and never came to be whole may be tried again.
  if (stack !== null && stack.appliedRevision !== null)
    throw new Failure('STATE_CONFLICT', `${name} is managed from here already. Apply its file as usual.`)
  if (!room.targets.services(target.id).some(({ stack }) => stack === name))
    throw new Failure('NOT_FOUND', `Nothing of a stack ${name} is on ${target.name}, so there is nothing to adopt.`)
}

/**
 * Takes over what runs: a container that is as the asked file says belongs to it from now on. It is so where Compose says so by its
 * hash, or where the file says of it the same as the one written from it. Variables without a value keep theirs.
 */
export async function adoptRunning(
  room: StackRoom,
  target: StackTarget,
  asked: Rendered,
  from: { readonly source: string; readonly directory?: string | undefined },
): Promise<Rendered> {
  await requireFound(room, target, asked.name)
  // A Swarm tells of every service what it was asked for: what is as the file says is found by that.
  if (target.kind === 'swarm')
    return withKeptValues(asked, from.source, (await fromSwarm(room, target, asked.name)).values)
  if (target.kind !== 'docker')
    throw new Failure('CAPABILITY_MISSING', `${target.name} runs no containers. Only their stacks are adopted.`, {
      capability: 'update',
    })
  const { source, running } = await fromContainers(room, target, asked.name)
  const values = new Map(running.map(({ spec }) => [spec.name, spec.environment]))
  const key = await room.store.digestKey()
  const baseline = readStack({ source, format: 'compose', name: asked.name, directory: from.directory }).rendered
  const written = baseline === null ? [] : sealDigests(withKeptValues(baseline, source, values), key).workloads
  const digests = new Map(written.map(({ spec }) => [spec.name, spec.digest]))
  const services = new Map(running.map(({ service }) => [service.name, service]))
  const rendered = sealDigests(withKeptValues(asked, from.source, values), key)
  return {
    ...rendered,
    workloads: rendered.workloads.map((workload): Workload => {
      const service = services.get(workload.spec.name)
      const isSame =
        service !== undefined &&
        (digests.get(service.name) === workload.spec.digest || isMadeFrom(service, workload.spec))
      return isSame ? { ...workload, adopted: service.id } : workload
    }),
  }
}

/** Environments of what runs, by name; none where it cannot be asked. */
export async function valuesOn(
  room: StackRoom,
  target: StackTarget,
  name: string,
): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>> {
  if (target.state !== 'connected') return new Map()
  if (target.kind === 'swarm') return (await fromSwarm(room, target, name)).values
  if (target.kind !== 'docker') return new Map()
  const { running } = await runningOf(room, target, name)
  return new Map(running.map(({ spec }) => [spec.name, spec.environment]))
}
