import { type containers, Failure, type images, type networks, type Plan, type volumes } from '@wheelhouse/contract'
import {
  type AuditNote,
  type CallContext,
  countVerbs,
  type Handlers,
  planDigest,
  requireAgreed,
  requirePermission,
} from '../../dispatch/index.ts'
import type { Registry } from '../../inventory/targets/index.ts'
import type { DiskCounts } from './disk.ts'
import { systemOf } from './room.ts'

export interface PruneWish {
  readonly target: string
  readonly containers?: boolean | undefined
  readonly images?: 'nameless' | 'all' | undefined
  readonly networks?: boolean | undefined
  readonly volumes?: 'anonymous' | 'all' | undefined
  readonly buildCache?: boolean | undefined
  readonly digest?: string | undefined
}

/** The domains that know what may go: each is asked through its own door, with its own permission. */
export interface PruneParts {
  readonly registry: Registry
  readonly disk: DiskCounts
  readonly containers: Pick<Handlers<typeof containers>, 'prune'>
  readonly images: Pick<Handlers<typeof images>, 'prune'>
  readonly networks: Pick<Handlers<typeof networks>, 'prune'>
  readonly volumes: Pick<Handlers<typeof volumes>, 'prune'>
}

interface Part {
  readonly of: 'buildCache' | 'images' | 'networks' | 'volumes' | 'containers'
  plan(): Promise<Plan>
  /** `digest` is of its own plan, which was just agreed to. */
  run(digest: string | undefined): Promise<{ readonly removed: readonly string[]; readonly freedBytes: number }>
}

/**
 * What was wished for, in the order it is done. Containers go last: were they first, images and volumes that only they use would be
 * free by then, and more would go than the plan said.
 */
function partsOf(parts: PruneParts, wish: PruneWish, context: CallContext): Part[] {
  const { target } = wish
  const { caller, signal } = context
  const chosen: Part[] = []
  if (wish.buildCache) {
    requirePermission(caller, 'images.manage', { targetId: target })
    chosen.push({
      of: 'buildCache',
      plan: async () => cachePlan(parts.disk.of(target).buildCache),
      run: async () => {
        const freedBytes = await systemOf(parts.registry, target).pruneBuildCache(signal)
        return { removed: freedBytes > 0 ? ['build cache'] : [], freedBytes }
      },
    })
  }
  if (wish.images) {
    requirePermission(caller, 'images.manage', { targetId: target })
    const input = { target, all: wish.images === 'all' }
    chosen.push({
      of: 'images',
      plan: () => parts.images.prune.plan(input, context),
      run: (digest) => parts.images.prune.run({ ...input, digest }, context),
    })
  }
  if (wish.networks) {
    requirePermission(caller, 'networks.manage', { targetId: target })
    chosen.push({
      of: 'networks',
      plan: () => parts.networks.prune.plan({ target }, context),
      run: async (digest) => ({ ...(await parts.networks.prune.run({ target, digest }, context)), freedBytes: 0 }),
    })
  }
  if (wish.volumes) {
    requirePermission(caller, 'volumes.manage', { targetId: target })
    const input = { target, all: wish.volumes === 'all' }
    chosen.push({
      of: 'volumes',
      plan: () => parts.volumes.prune.plan(input, context),
      run: (digest) => parts.volumes.prune.run({ ...input, digest }, context),
    })
  }
  if (wish.containers) {
    requirePermission(caller, 'services.remove', { targetId: target })
    chosen.push({
      of: 'containers',
      plan: () => parts.containers.prune.plan({ target }, context),
      run: (digest) => parts.containers.prune.run({ target, digest }, context),
    })
  }
  if (chosen.length > 0) return chosen
  throw new Failure(
    'VALIDATION_FAILED',
    'Nothing was chosen. Say what may go: containers, images, networks, volumes or buildCache.',
    { field: 'containers' },
  )
}

function cachePlan(counted: { count: number; reclaimableBytes: number } | null): Plan {
  const empty = counted !== null && counted.reclaimableBytes === 0
  const size = counted === null ? 'not counted yet' : `about ${megabytes(counted.reclaimableBytes)} as last counted`
  return {
    summary: empty ? 'The build cache is empty.' : `Empty the build cache, ${size}.`,
    steps: empty ? [] : [{ verb: 'remove', kind: 'image', name: 'build cache', reasons: [size] }],
    counts: {},
    warnings: empty ? [] : ['The next build of each image starts from nothing.'],
    kept: [],
    digest: 'cache',
  }
}
const megabytes = (bytes: number): string => `${(bytes / 1_048_576).toFixed(1)} MB`

interface Planned {
  readonly plan: Plan
  readonly digests: ReadonlyMap<Part['of'], string>
}

async function plansOf(chosen: readonly Part[], targetName: string): Promise<Planned> {
  const plans: [Part['of'], Plan][] = []
  for (const part of chosen) plans.push([part.of, await part.plan()])
  const steps = plans.flatMap(([, plan]) => plan.steps)
  const gone = new Map(plans).get('containers')?.steps.length ?? 0
  const later = gone > 0 && chosen.some(({ of }) => of === 'images' || of === 'volumes' || of === 'networks')
  const summaries = plans.filter(([, plan]) => plan.steps.length > 0).map(([, plan]) => plan.summary)
  return {
    plan: {
      summary: summaries.length === 0 ? `Nothing to remove on ${targetName}.` : summaries.join(' '),
      steps,
      counts: countVerbs(steps),
      warnings: [
        ...plans.flatMap(([, plan]) => plan.warnings),
        ...(later ? ['What only these containers use stays this time: look again when they are gone.'] : []),
      ],
      kept: plans.flatMap(([, plan]) => plan.kept),
      digest: planDigest(plans.map(([of, plan]) => [of, plan.digest])),
    },
    digests: new Map(plans.map(([of, plan]) => [of, plan.digest])),
  }
}

export async function planPrune(parts: PruneParts, wish: PruneWish, context: CallContext): Promise<Plan> {
  systemOf(parts.registry, wish.target)
  const chosen = partsOf(parts, wish, context)
  return (await plansOf(chosen, parts.registry.mirror(wish.target).record.name)).plan
}

/** Each part as its own domain does it. What went before a part failed is in the audit all the same. */
export async function runPrune(
  parts: PruneParts,
  wish: PruneWish,
  context: CallContext,
): Promise<{ removed: Record<string, string[]>; freedBytes: number }> {
  systemOf(parts.registry, wish.target)
  const notes: AuditNote[] = []
  const chosen = partsOf(parts, wish, { ...context, audit: (note) => void notes.push(note) })
  let digests: Planned['digests'] = new Map()
  if (wish.digest !== undefined) {
    const now = await plansOf(chosen, parts.registry.mirror(wish.target).record.name)
    requireAgreed(wish.digest, now.plan)
    digests = now.digests
  }
  const removed: Record<string, string[]> = {}
  let freedBytes = 0
  try {
    for (const part of chosen) {
      const done = await part.run(digests.get(part.of))
      removed[part.of] = [...done.removed]
      freedBytes += done.freedBytes
    }
  } finally {
    const before = Object.assign({}, ...notes.map((note) => note.before), removed) as Record<string, unknown>
    context.audit({ resource: `target:${wish.target}`, before, after: { freedBytes } })
    // What the disk holds is other than was counted.
    void parts.disk.count(wish.target)
  }
  return { removed, freedBytes }
}
