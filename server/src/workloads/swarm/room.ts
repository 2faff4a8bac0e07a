import { Failure, type NewEvent, type PolicyRules } from '@wheelhouse/contract'
import type { Cluster } from '@wheelhouse/driver'
import type { Jobs } from '@wheelhouse/platform/jobs'
import type { Log } from '@wheelhouse/platform/log'
import { type Caller, callerMay, requirePermission } from '../../dispatch/index.ts'
import type { Registries } from '../../inventory/registries/index.ts'
import type { Mirror, Registry, Sight, Swarms } from '../../inventory/targets/index.ts'
import type { SwarmStore } from './store.ts'

/** What every part of the domain works with. */
export interface SwarmRoom {
  readonly registry: Registry
  readonly swarms: Swarms
  readonly jobs: Jobs
  readonly log: Log
  readonly registries: Pick<Registries, 'signInFor'>
  readonly store: SwarmStore
  /** What workloads may ask of a target. */
  readonly rulesFor: (targetId: string) => PolicyRules
  readonly announce: (event: NewEvent) => unknown
}

/** A Swarm as it was told last. */
export interface Seen {
  readonly targetId: string
  readonly name: string
  readonly mirror: Mirror
  readonly sight: Sight
}

const absent = (reference: string): Failure =>
  new Failure('NOT_FOUND', `There is no Swarm "${reference}".`, { kind: 'swarm', id: reference })

/** Every Swarm where the caller holds the permission, or the one that is named; those that were never heard are left out, for nothing is known of them. */
export function seenSwarms(registry: Registry, caller: Caller, reference?: string): Seen[] {
  const records = registry.records().filter(({ kind }) => kind === 'swarm')
  const mine = records.filter(({ id }) => callerMay(caller, 'swarm.read', { targetId: id }))
  const named = mine.filter(({ id, name }) => reference === undefined || reference === id || reference === name)
  if (reference !== undefined && named.length === 0) throw absent(reference)
  return named.flatMap(({ id }) => seenOrNull(registry, id) ?? [])
}

/** Swarms that are targets here and have told nothing yet: of those no more is known than why. */
export function unheardSwarms(registry: Registry, caller: Caller) {
  return registry
    .targets()
    .filter(({ kind, id }) => kind === 'swarm' && callerMay(caller, 'swarm.read', { targetId: id }))
    .filter(({ id }) => seenOrNull(registry, id) === null)
    .map(({ id, name, reason }) => ({ targetId: id, name, reason }))
}

function seenOrNull(registry: Registry, targetId: string): Seen | null {
  const mirror = registry.mirror(targetId)
  const sight = mirror.cluster?.sight ?? null
  return sight === null ? null : { targetId, name: mirror.record.name, mirror, sight }
}

const noSwarm = (name: string): Failure =>
  new Failure('CAPABILITY_MISSING', `${name} is no Swarm.`, { capability: 'swarm' })

/** Throws NOT_FOUND, CAPABILITY_MISSING where it is no Swarm, TARGET_UNREACHABLE where it was never heard. */
export function seenSwarm(registry: Registry, targetId: string): Seen {
  const record = registry.stored(targetId)?.record
  if (!record) throw absent(targetId)
  if (record.kind !== 'swarm') throw noSwarm(record.name)
  const seen = seenOrNull(registry, targetId)
  if (seen) return seen
  registry.connected(targetId)
  throw new Failure('TARGET_UNREACHABLE', `${targetId} has not told yet what it holds. Try again in a moment.`)
}

/** To act on a Swarm. Throws NOT_FOUND, CAPABILITY_MISSING where it is none, or TARGET_UNREACHABLE while no manager is heard. */
export function clusterOf(registry: Registry, targetId: string): Cluster {
  const { connection, record } = registry.mirror(targetId)
  const { cluster } = connection
  if (!cluster) throw noSwarm(record.name)
  registry.connected(targetId)
  return cluster
}

/** For one that the door has not looked up: by id or name, with leave to manage it. */
export function managedSwarm(registry: Registry, reference: string, caller: Caller): string {
  const record = registry.findTarget(reference)
  const place = { targetId: record?.id ?? '' }
  if (!record || !(callerMay(caller, 'targets.read', place) || callerMay(caller, 'swarm.manage', place)))
    throw absent(reference)
  requirePermission(caller, 'swarm.manage', place)
  if (record.kind !== 'swarm') throw noSwarm(record.name)
  return record.id
}

/** The id that a row has here, as the engine knows it. */
export const nativeOf = (id: string): string => id.slice(id.indexOf(':') + 1)

/** Waits a moment for the mirror to show what was done, so that the answer does. */
export async function shown<T>(room: SwarmRoom, targetId: string, look: () => T | null, signal: AbortSignal) {
  return room.registry.whenResources(targetId, look, 3000, signal)
}
