import { Failure, type NewEvent, type policies, type Policy, type PolicyRules } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'
import type { Database } from '@wheelhouse/platform/db'
import { callerMay, type Handlers, onEvent, requirePermission } from '../../dispatch/index.ts'
import type { Registry } from '../targets/index.ts'
import { createPolicyStore, house, type StoredPolicy } from './store.ts'

export { containerReasons } from './reach/containers.ts'
export { imageAllowed } from './reach/images.ts'
export { requireOwnLabels, requireOwnThings } from './own-things.ts'
export { requireNamedImage } from './named-images.ts'
export { networkReasons, resourceReasons, volumeReasons } from './reach/resources.ts'
export { swarmServiceReasons } from './reach/swarm.ts'
export { type Allowance, allowanceOf, refuseOrTell } from './standing.ts'

export interface PoliciesParts {
  readonly database: Database
  readonly registry: Registry
  readonly bus: Bus
  /** Folders of hosts that the settings allow to be mounted, until somebody sets a policy. */
  readonly bindFolders: readonly string[]
  announce(event: NewEvent): unknown
}

/** One policy for every path that can create or change a workload. Reading it costs nothing: it is kept in memory. */
export interface Policies {
  readonly handlers: Handlers<typeof policies>
  /** What counts on a target: its own rules, else those of the house. */
  rulesFor(targetId: string): PolicyRules
  /** Before anything is made. */
  start(): Promise<void>
  close(): void
}

/** The rules of a new house: nothing reaches beyond its container. */
export const firstRules = (bindFolders: readonly string[]): PolicyRules => ({
  privileged: false,
  hostNetwork: false,
  hostNamespaces: false,
  bindFolders: [...bindFolders],
  devices: [],
  capabilities: [],
  securityOptions: false,
  sysctls: false,
  volumeDrivers: [],
  networkDrivers: [],
  logDrivers: [],
  plugins: false,
  images: [],
  publicPorts: true,
  enforceOnAdministrators: false,
})

export function createPolicies(parts: PoliciesParts): Policies {
  const { registry, announce } = parts
  const store = createPolicyStore(parts.database)
  const first = firstRules(parts.bindFolders)
  let kept: ReadonlyMap<string, StoredPolicy> = new Map()
  const load = async (): Promise<void> => {
    kept = await store.all()
  }
  // Another instance of this house may have changed it.
  const leave = onEvent(parts.bus, (event) => {
    if (event.type === 'policy.changed') void load().catch(() => undefined)
  })
  const rulesFor = (targetId: string): PolicyRules => (kept.get(targetId) ?? kept.get(house))?.rules ?? first
  const shown = (targetId: string): Policy => {
    const own = kept.get(targetId)
    const of = own ?? kept.get(house)
    return {
      targetId: targetId === house ? null : targetId,
      targetName: targetId === house ? null : (registry.stored(targetId)?.record.name ?? targetId),
      rules: rulesFor(targetId),
      own: targetId === house || own !== undefined,
      changedAt: of ? new Date(of.changedAt).toISOString() : null,
      changedBy: of?.changedBy ?? null,
    }
  }
  const targetOf = (reference: string): string => {
    const record = registry.findTarget(reference)
    if (!record) throw new Failure('NOT_FOUND', `There is no target "${reference}".`, { kind: 'target', id: reference })
    return record.id
  }
  const tell = (targetId: string, actor: string): void => {
    announce({
      type: 'policy.changed',
      message: targetId === house ? 'The policy of the house was changed.' : `The policy of ${targetId} was changed.`,
      actor,
      ...(targetId === house ? {} : { targetId }),
    })
  }
  return {
    rulesFor,
    start: load,
    close: leave,
    handlers: {
      list: async (_, { caller }) => ({
        items: [
          shown(house),
          ...registry
            .records()
            .filter((record) => callerMay(caller, 'targets.read', { targetId: record.id }))
            .map((record) => shown(record.id)),
        ],
      }),
      set: async (input, { caller, audit }) => {
        requirePermission(caller, 'policies.manage')
        const targetId = input.target === undefined ? house : targetOf(input.target)
        const before = shown(targetId)
        await store.set(targetId, { rules: input.rules, changedAt: Date.now(), changedBy: caller.username })
        await load()
        audit({
          resource: targetId === house ? 'policy' : `policy:${targetId}`,
          before: before.rules,
          after: input.rules,
        })
        tell(targetId, caller.username)
        return shown(targetId)
      },
      clear: async (input, { caller, audit }) => {
        requirePermission(caller, 'policies.manage')
        const targetId = targetOf(input.target)
        const before = shown(targetId)
        if (!(await store.clear(targetId)))
          throw new Failure('NOT_FOUND', `${before.targetName ?? targetId} has no policy of its own.`, {
            kind: 'policy',
            id: targetId,
          })
        await load()
        audit({ resource: `policy:${targetId}`, before: before.rules, after: rulesFor(targetId) })
        tell(targetId, caller.username)
        return { ok: true }
      },
    },
  }
}
