import {
  Failure,
  type Network,
  type networks,
  type NewEvent,
  type Plan,
  type PolicyRules,
  type Service,
} from '@wheelhouse/contract'
import type { Networks as NetworksPort, NetworkSpec, ObservedEndpoint, ObservedNetwork } from '@wheelhouse/driver'
import {
  type CallContext,
  type Caller,
  callerMay,
  type Handlers,
  paged,
  planDigest,
  requireAgreed,
} from '../../dispatch/index.ts'
import type { Mirror, Registry } from '../../inventory/targets/index.ts'
import { stackOf } from '../../inventory/targets/index.ts'
import { allowanceOf, networkReasons, refuseOrTell } from '../../inventory/policies/index.ts'
import { topologyOf } from './topology.ts'
import { findNetwork, isBuiltIn, listNetworks, networkView } from './view.ts'

export interface NetworkParts {
  readonly registry: Registry
  readonly announce: (event: NewEvent) => unknown
  /** What workloads may ask of a target. */
  readonly rulesFor: (targetId: string) => PolicyRules
}

const mirrorMs = 2000

function removalPlan(network: Network): Plan {
  const { attached, stack } = network
  return {
    summary: `Remove the network ${network.name} from ${network.targetName}.`,
    steps: [
      { verb: 'remove', kind: 'network', name: network.name, reasons: network.subnets.map(({ subnet }) => subnet) },
    ],
    counts: { remove: 1 },
    warnings: [
      ...attached.map(({ name }) => `${name} is attached, so the engine will refuse. Disconnect ${name} first.`),
      ...(stack === null ? [] : [`It belongs to the stack ${stack}. Applying the stack again makes it anew.`]),
    ],
    kept: [],
    digest: planDigest([network.id, ...attached.map(({ serviceId }) => serviceId)]),
  }
}

function prunePlan(go: readonly ObservedNetwork[], target: string): Plan {
  const stacks = new Set(go.flatMap(({ labels }) => stackOf(labels) ?? []))
  return {
    summary:
      go.length === 0
        ? `Nothing to remove on ${target}.`
        : `Remove ${go.length} unused ${go.length === 1 ? 'network' : 'networks'} of ${target}.`,
    steps: go.map(({ name, subnets }) => ({
      verb: 'remove',
      kind: 'network',
      name,
      reasons: subnets.map(({ subnet }) => subnet),
    })),
    counts: { remove: go.length },
    warnings: [...stacks].sort().map((stack) => `The stack ${stack} makes its networks anew when it is applied.`),
    kept: [],
    digest: planDigest(go.map(({ networkId }) => networkId).sort()),
  }
}

export function networkHandlers({ registry, announce, rulesFor }: NetworkParts): Handlers<typeof networks> {
  const mirrorOf = (target: string): Mirror => {
    const mirror = registry.mirror(target)
    if (mirror.connection.networks) return mirror
    throw new Failure('CAPABILITY_MISSING', `${mirror.record.name} has no networks. Only container engines have.`, {
      capability: 'networks',
    })
  }
  const portOf = (target: string): NetworksPort => {
    const port = mirrorOf(target).connection.networks
    registry.connected(target)
    return port!
  }
  const own = (network: ObservedNetwork): ObservedNetwork => {
    if (!isBuiltIn(network)) return network
    throw new Failure('STATE_CONFLICT', `${network.name} belongs to the engine itself and cannot be removed.`)
  }
  const resource = (mirror: Mirror, network: ObservedNetwork): string =>
    `network:${mirror.record.id}:${network.networkId.slice(0, 12)}`

  /** A service on this target that the caller may see; whoever it is not for is told nothing of it. */
  function serviceOn(target: string, reference: string, caller: Caller): { service: Service; nativeId: string } {
    const visible = (place: { targetId?: string; serviceId?: string }): boolean =>
      place.targetId === target && callerMay(caller, 'services.read', place)
    const service = registry.findService(reference, visible)
    const nativeId = service && registry.mirror(target).nativeId(service.id)
    if (service && nativeId !== undefined && nativeId !== null) return { service, nativeId }
    const { name } = registry.mirror(target).record
    throw new Failure('NOT_FOUND', `There is no service "${reference}" on ${name}.`, { kind: 'service', id: reference })
  }

  /** Waits until the mirror shows whether the service is in the network, and answers the network. */
  async function settled(
    mirror: Mirror,
    network: ObservedNetwork,
    nativeId: string,
    attached: boolean,
    context: CallContext,
  ): Promise<Network> {
    const here = ({ networkId, nativeId: id }: ObservedEndpoint): boolean =>
      networkId === network.networkId && id === nativeId
    const look = (): true | null => (mirror.endpoints.some(here) === attached ? true : null)
    await registry.whenResources(mirror.record.id, look, mirrorMs, context.signal)
    const now = mirror.networks.find((one) => one.networkId === network.networkId) ?? network
    return networkView(mirror, now, context.caller)
  }

  const unused = async (target: string, signal: AbortSignal): Promise<ObservedNetwork[]> => {
    const port = portOf(target)
    const [all, endpoints] = await Promise.all([port.list(signal), port.endpoints(signal)])
    const busy = new Set(endpoints.map(({ networkId }) => networkId))
    // Those of a Swarm are used on other nodes too, which this engine does not tell.
    return all.filter((network) => network.scope === 'local' && !isBuiltIn(network) && !busy.has(network.networkId))
  }
  const gone = async (target: string, ids: readonly string[], signal: AbortSignal): Promise<void> => {
    const none = (): true | null =>
      registry.mirror(target).networks.some((network) => ids.includes(network.networkId)) ? null : true
    await registry.whenResources(target, none, mirrorMs, signal)
  }

  return {
    list: async (input, { caller }) => paged(listNetworks(registry, input, caller), input),

    get: async ({ target, network }, { caller }) => {
      const mirror = mirrorOf(target)
      return networkView(mirror, findNetwork(mirror, network), caller)
    },

    create: async (input, context) => {
      const { target, name } = input
      const port = portOf(target)
      const mirror = registry.mirror(target)
      const subnets = (input.subnets ?? []).map(({ subnet, gateway, range }) => ({
        subnet,
        gateway: gateway ?? null,
        range: range ?? null,
      }))
      const spec: NetworkSpec = {
        kind: 'network',
        name,
        stack: '',
        driver: input.driver ?? 'bridge',
        internal: input.internal ?? false,
        attachable: input.attachable ?? false,
        ipv6: input.ipv6 ?? false,
        subnets,
        options: input.options ?? {},
        labels: input.labels ?? {},
      }
      const rules = rulesFor(target)
      refuseOrTell(networkReasons(spec, rules), 'this network', allowanceOf(context.caller, target), rules)
      const { kind: _kind, stack: _stack, ...body } = spec
      const networkId = await port.create({ ...body, driver: input.driver ?? 'bridge', subnets })
      context.audit({ resource: `network:${target}:${networkId.slice(0, 12)}`, after: body })
      announce({
        type: 'network.created',
        targetId: target,
        actor: context.caller.username,
        message: `The network ${name} was made on ${mirror.record.name}.`,
        data: { network: name, networkId },
      })
      const look = (): ObservedNetwork | null => mirror.networks.find((one) => one.networkId === networkId) ?? null
      const made = await registry.whenResources(target, look, mirrorMs, context.signal)
      if (made) return networkView(mirror, made, context.caller)
      throw new Failure('TIMED_OUT', `${name} was made, but the engine does not list it yet. Look again in a moment.`)
    },

    remove: {
      plan: async ({ target, network }, { caller }) => {
        const mirror = mirrorOf(target)
        return removalPlan(networkView(mirror, own(findNetwork(mirror, network)), caller))
      },
      run: async ({ target, network }, context) => {
        const mirror = mirrorOf(target)
        const found = own(findNetwork(mirror, network))
        await portOf(target).remove(found.networkId)
        const { name, driver, subnets } = found
        context.audit({ resource: resource(mirror, found), before: { name, driver, subnets } })
        announce({
          type: 'network.removed',
          targetId: target,
          actor: context.caller.username,
          message: `The network ${name} was removed from ${mirror.record.name}.`,
          data: { network: name, networkId: found.networkId },
        })
        await gone(target, [found.networkId], context.signal)
        return { ok: true }
      },
    },

    prune: {
      plan: async ({ target }, { signal }) =>
        prunePlan(await unused(target, signal), registry.mirror(target).record.name),
      run: async ({ target, digest }, context) => {
        const go = await unused(target, context.signal)
        requireAgreed(digest, prunePlan(go, registry.mirror(target).record.name))
        const removed: ObservedNetwork[] = []
        try {
          for (const network of go) {
            await portOf(target)
              .remove(network.networkId)
              .then(() => removed.push(network))
              .catch((error: unknown) => {
                // Someone has joined it, or removed it, since the list was made.
                if (!(error instanceof Failure && (error.code === 'STATE_CONFLICT' || error.code === 'NOT_FOUND')))
                  throw error
              })
          }
        } finally {
          const names = removed.map(({ name }) => name)
          context.audit({ resource: `target:${target}`, before: { networks: names } })
          if (names.length > 0) {
            announce({
              type: 'network.removed',
              targetId: target,
              actor: context.caller.username,
              message: `${names.length} unused ${names.length === 1 ? 'network was' : 'networks were'} removed from ${registry.mirror(target).record.name}.`,
              data: { networks: names },
            })
          }
        }
        await gone(
          target,
          removed.map(({ networkId }) => networkId),
          context.signal,
        )
        return { removed: removed.map(({ name }) => name) }
      },
    },

    connect: async ({ target, network, service: reference, aliases, ipv4 }, context) => {
      const mirror = mirrorOf(target)
      const found = findNetwork(mirror, network)
      const { service, nativeId } = serviceOn(target, reference, context.caller)
      const options = { aliases: aliases ?? [], ipv4: ipv4 ?? null }
      await portOf(target).connect(found.networkId, nativeId, options)
      context.audit({ resource: resource(mirror, found), after: { connected: service.name, ...options } })
      return await settled(mirror, found, nativeId, service.state !== 'stopped', context)
    },

    disconnect: async ({ target, network, service: reference, force }, context) => {
      const mirror = mirrorOf(target)
      const found = findNetwork(mirror, network)
      const { service, nativeId } = serviceOn(target, reference, context.caller)
      await portOf(target).disconnect(found.networkId, nativeId, { force: force ?? false })
      context.audit({ resource: resource(mirror, found), before: { connected: service.name } })
      return await settled(mirror, found, nativeId, false, context)
    },

    topology: async (input, { caller }) => topologyOf(registry, input, caller),
  }
}
