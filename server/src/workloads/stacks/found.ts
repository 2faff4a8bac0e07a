import { type Service, type Stack, worstState } from '@wheelhouse/contract'
import { isAside } from './reconcile/asides.ts'
import type { StackRoom } from './room.ts'
import type { StackTarget } from './stack-targets.ts'
import type { StackRecord } from './store.ts'

export const stackIdOf = (targetId: string, name: string): string => `${targetId}:${name}`

/** Each by its name in the file, or by its own where several are of one. */
function rowsOf(services: readonly Service[]): Stack['services'] {
  const named = Map.groupBy(services, (service) => service.stackService ?? service.name)
  return services.map((service) => {
    const name = service.stackService ?? service.name
    return {
      name: named.get(name)?.length === 1 ? name : service.name,
      serviceId: service.id,
      state: service.state,
      image: service.image,
    }
  })
}

function managed(record: StackRecord, target: StackTarget | undefined, services: readonly Service[]): Stack {
  // One that stepped aside for its successor comes back or goes; it is none of the stack meanwhile.
  const own = services.filter((service) => service.stack === record.name && !isAside(service.name))
  const names = new Set(record.services.map((member) => member.name))
  const several = (service: string): boolean =>
    record.services.filter((member) => member.service === service).length > 1
  const rows = [
    ...record.services.map((member) => {
      const found = own.find((service) => service.name === member.name)
      const name = several(member.service) ? member.name : member.service
      return found
        ? { name, serviceId: found.id, state: found.state, image: found.image }
        : { name, serviceId: null, state: 'unknown' as const, image: member.image }
    }),
    ...rowsOf(own.filter((service) => !names.has(service.name))),
  ]
  return {
    id: record.id,
    name: record.name,
    format: record.format,
    targetId: record.targetId,
    targetName: target?.name ?? record.targetId,
    managed: true,
    state: worstState(rows.map((row) => row.state)),
    services: rows,
    revision: record.revision,
    appliedAt: record.appliedAt === null ? null : new Date(record.appliedAt).toISOString(),
    appliedBy: record.appliedBy,
  }
}

/** Every stack: those applied from here, and those that were started elsewhere and are only found on a target. By name, then id. */
export async function allStacks(room: StackRoom): Promise<Stack[]> {
  const targets = new Map(room.targets.list().map((target) => [target.id, target]))
  const stacks = (await room.store.list()).map((record) =>
    managed(
      record,
      targets.get(record.targetId),
      targets.has(record.targetId) ? room.targets.services(record.targetId) : [],
    ),
  )
  const known = new Set(stacks.map((stack) => stack.id))
  for (const target of targets.values()) {
    const groups = Map.groupBy(room.targets.services(target.id), (service) => service.stack)
    for (const [name, services] of groups) {
      if (name === null || known.has(stackIdOf(target.id, name))) continue
      stacks.push({
        id: stackIdOf(target.id, name),
        name,
        format: target.kind === 'docker' || target.kind === 'swarm' ? 'compose' : 'wheelhouse',
        targetId: target.id,
        targetName: target.name,
        managed: false,
        state: worstState(services.map((service) => service.state)),
        services: rowsOf(services.toSorted((a, b) => a.name.localeCompare(b.name))),
        revision: 0,
        appliedAt: null,
        appliedBy: null,
      })
    }
  }
  return stacks.toSorted((a, b) => a.name.localeCompare(b.name) || (a.id < b.id ? -1 : 1))
}

/** One stack by id, or by name where only one of those on visible targets has it. */
export async function findStack(
  room: StackRoom,
  idOrName: string,
  visible: (targetId: string) => boolean,
): Promise<Stack | null> {
  const all = (await allStacks(room)).filter((stack) => visible(stack.targetId))
  const exact = all.find((stack) => stack.id === idOrName)
  const named = all.filter((stack) => stack.name === idOrName)
  return exact ?? (named.length === 1 ? named[0]! : null)
}
