import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, type swarm } from '@wheelhouse/contract'
import type { SwarmDoor, SwarmMembership } from '@wheelhouse/driver'
import { type Handlers, requirePermission } from '../../../dispatch/index.ts'
import { swarmTargetId } from '../../../inventory/targets/index.ts'
import { clusterOf, managedSwarm, seenSwarm, seenSwarms, shown, type SwarmRoom, unheardSwarms } from '../room.ts'
import { endsQuorum, initPlan, isLast, joinPlan, type Leaving, leavePlan } from './plans.ts'
import { swarmView } from './view.ts'

const demotedWithinMs = 30_000

export function clusterHandlers(room: SwarmRoom): Handlers<typeof swarm> {
  const { registry, swarms, announce } = room
  const nameOf = (targetId: string): string => registry.mirror(targetId).record.name

  const doorOf = (targetId: string): SwarmDoor => {
    const { door } = registry.mirror(targetId).connection
    if (!door)
      throw new Failure('CAPABILITY_MISSING', `${nameOf(targetId)} is no Docker engine, so it cannot be in a Swarm.`, {
        capability: 'swarm',
      })
    registry.connected(targetId)
    return door
  }
  const membershipOf = async (targetId: string): Promise<SwarmMembership> => {
    doorOf(targetId)
    return swarms.lookAnew(targetId)
  }
  const outside = async (targetId: string): Promise<SwarmMembership> => {
    const membership = await membershipOf(targetId)
    if (membership.state === 'inactive') return membership
    const why =
      membership.state === 'locked' ? 'is in a Swarm and locked. Unlock it' : 'is in a Swarm already. Let it leave'
    throw new Failure('STATE_CONFLICT', `${nameOf(targetId)} ${why} first.`, { state: membership.state })
  }
  const tell = (targetId: string, actor: string, message: string): void => {
    announce({ type: 'swarm.changed', targetId, actor, message })
  }

  const leaving = async (targetId: string): Promise<Leaving> => {
    const membership = await membershipOf(targetId)
    if (membership.state === 'inactive')
      throw new Failure('STATE_CONFLICT', `${nameOf(targetId)} is in no Swarm.`, { state: membership.state })
    const { nodeId, manager } = membership
    const id = registry
      .records()
      .find(
        (record) =>
          record.kind === 'swarm' &&
          registry.mirror(record.id).cluster?.sight?.nodes.some(({ ID }) => ID === nodeId) === true,
      )?.id
    return { engine: nameOf(targetId), nodeId, manager, seen: id === undefined ? null : seenSwarm(registry, id) }
  }
  const refuseLoss = (one: Leaving): void => {
    if (isLast(one))
      throw new Failure(
        'STATE_CONFLICT',
        `${one.engine} is the last manager: the Swarm ends with it. Say so with force.`,
      )
    if (endsQuorum(one))
      throw new Failure(
        'STATE_CONFLICT',
        `Without ${one.engine} the other managers cannot agree any more. Mend them first, or use force.`,
      )
  }
  /** A manager that leaves as one stays in the count of those who must agree. */
  async function demote(targetId: string, { nodeId, seen }: Leaving, signal: AbortSignal): Promise<void> {
    if (nodeId === null || seen === null) return
    await clusterOf(registry, seen.targetId).updateNode(nodeId, { role: 'worker' })
    const end = Date.now() + demotedWithinMs
    for (;;) {
      if (!(await doorOf(targetId).membership(signal)).manager) return
      if (Date.now() > end)
        throw new Failure('TIMED_OUT', `${nameOf(targetId)} was demoted and did not take note of it yet. Try again.`)
      await sleep(300, undefined, { signal })
    }
  }
  const address = (managers: readonly string[]): string => {
    const [first] = managers
    if (first !== undefined) return first
    throw new Failure('STATE_CONFLICT', 'No manager of the Swarm tells an address to join it by.')
  }

  return {
    list: async (_, { caller }) => ({
      items: seenSwarms(registry, caller).map(swarmView),
      unheard: unheardSwarms(registry, caller),
    }),
    get: async ({ swarm: id }) => swarmView(seenSwarm(registry, id)),

    init: {
      plan: async (input) => {
        const membership = input.forceNewCluster ? await membershipOf(input.target) : await outside(input.target)
        return initPlan(nameOf(input.target), input, membership)
      },
      run: async (input, context) => {
        const { target } = input
        if (!input.forceNewCluster) await outside(target)
        else {
          const { clusterId } = await membershipOf(target)
          if (clusterId !== null)
            requirePermission(context.caller, 'swarm.manage', { targetId: swarmTargetId(clusterId) })
        }
        const nodeId = await doorOf(target).init({
          advertise: input.advertise ?? null,
          listen: input.listen ?? null,
          dataPathPort: input.dataPathPort ?? null,
          addressPools: input.addressPools ?? [],
          autolock: input.autolock ?? false,
          forceNewCluster: input.forceNewCluster ?? false,
        })
        const { clusterId } = await swarms.lookAnew(target)
        if (clusterId === null)
          throw new Failure(
            'TIMED_OUT',
            `${nameOf(target)} began a Swarm and does not tell its id yet. Look again soon.`,
          )
        const targetId = swarmTargetId(clusterId)
        context.audit({
          resource: `target:${targetId}`,
          after: { nodeId, engine: target, autolock: input.autolock ?? false },
        })
        tell(targetId, context.caller.username, `${nameOf(target)} began the Swarm ${targetId}.`)
        const { cluster } = registry.mirror(targetId).connection
        const unlockKey = input.autolock && cluster ? await cluster.unlockKey(false) : null
        return { targetId, nodeId, unlockKey }
      },
    },

    join: {
      plan: async ({ swarm: reference, target, role }, { caller }) => {
        const id = managedSwarm(registry, reference, caller)
        await outside(target)
        return joinPlan(nameOf(target), seenSwarm(registry, id), role)
      },
      run: async (input, context) => {
        const { target, role } = input
        const id = managedSwarm(registry, input.swarm, context.caller)
        await outside(target)
        const cluster = clusterOf(registry, id)
        const [tokens, { managers }] = await Promise.all([cluster.tokens(), cluster.facts()])
        address(managers)
        await doorOf(target).join({
          remotes: managers,
          token: tokens[role],
          advertise: input.advertise ?? null,
          listen: input.listen ?? null,
          availability: input.availability ?? 'active',
        })
        const { nodeId } = await swarms.lookAnew(target)
        if (nodeId === null)
          throw new Failure('TIMED_OUT', `${nameOf(target)} joined and does not tell its node yet. Look again soon.`)
        context.audit({ resource: `target:${id}`, after: { joined: target, nodeId, role } })
        tell(id, context.caller.username, `${nameOf(target)} joined ${nameOf(id)} as a ${role}.`)
        return { nodeId }
      },
    },

    leave: {
      plan: async ({ target, force }, { caller }) => {
        const one = await leaving(target)
        if (one.seen) requirePermission(caller, 'swarm.manage', { targetId: one.seen.targetId })
        if (!force) refuseLoss(one)
        return leavePlan(one, force ?? false)
      },
      run: async ({ target, force }, context) => {
        const one = await leaving(target)
        if (one.seen) requirePermission(context.caller, 'swarm.manage', { targetId: one.seen.targetId })
        if (!force) refuseLoss(one)
        if (!force && one.manager) await demote(target, one, context.signal)
        await doorOf(target).leave({ force: force ?? false })
        await swarms.lookAnew(target)
        const { nodeId, manager, seen } = one
        context.audit({ resource: `target:${target}`, before: { swarm: seen?.targetId ?? null, nodeId, manager } })
        announce({
          type: 'swarm.changed',
          targetId: seen?.targetId ?? target,
          actor: context.caller.username,
          message: `${one.engine} left ${seen?.name ?? 'its Swarm'}.`,
        })
        return { ok: true }
      },
    },

    update: async ({ swarm: id, ...change }, context) => {
      const before = swarmView(seenSwarm(registry, id))
      const cluster = clusterOf(registry, id)
      await cluster.updateSettings(change)
      const asked = Object.entries(change).filter(([, value]) => value !== undefined)
      const after = await shown(
        room,
        id,
        () => {
          const now = swarmView(seenSwarm(registry, id))
          return asked.every(([key, value]) => now.settings[key as keyof typeof now.settings] === value) ? now : null
        },
        context.signal,
      )
      const locked = change.autolock === true && !before.settings.autolock
      context.audit({ resource: `target:${id}`, before: before.settings, after: { ...before.settings, ...change } })
      tell(id, context.caller.username, `The settings of ${before.name} were changed.`)
      return {
        ...(after ?? { ...before, settings: { ...before.settings, ...Object.fromEntries(asked) } }),
        unlockKey: locked ? await cluster.unlockKey(false) : null,
      }
    },

    tokens: async ({ swarm: id }, context) => {
      const cluster = clusterOf(registry, id)
      const [{ worker, manager }, { managers }] = await Promise.all([cluster.tokens(), cluster.facts()])
      const where = address(managers)
      context.audit({ resource: `target:${id}` })
      return { worker, manager, address: where, command: `docker swarm join --token ${worker} ${where}` }
    },
    rotateToken: async ({ swarm: id, role }, context) => {
      await clusterOf(registry, id).rotateToken(role)
      context.audit({ resource: `target:${id}`, after: { rotated: `${role} token` } })
      tell(id, context.caller.username, `The token by which ${role}s join ${nameOf(id)} was replaced.`)
      return { ok: true }
    },
    unlockKey: async ({ swarm: id, rotate }, context) => {
      const key = await clusterOf(registry, id).unlockKey(rotate ?? false)
      context.audit({ resource: `target:${id}`, after: { rotated: rotate ?? false } })
      if (rotate) tell(id, context.caller.username, `The key that unlocks managers of ${nameOf(id)} was replaced.`)
      return { key }
    },
    unlock: async ({ target, key }, context) => {
      const { state } = await membershipOf(target)
      if (state !== 'locked') throw new Failure('STATE_CONFLICT', `${nameOf(target)} is not locked.`, { state })
      await doorOf(target).unlock(key)
      const { clusterId } = await swarms.lookAnew(target)
      context.audit({ resource: `target:${target}`, before: { state }, after: { state: 'unlocked' } })
      tell(
        clusterId === null ? target : swarmTargetId(clusterId),
        context.caller.username,
        `${nameOf(target)} was unlocked.`,
      )
      return { ok: true }
    },
  }
}
