import { Failure, type NewEvent, notFound, type Release, type releases } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { type Caller, callerMay, type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import { compareReleases } from './compare.ts'
import { keptUnlessTold, removable } from './keep.ts'
import { type KeptRelease, openReleaseStore, type ReleaseStore } from './store.ts'

export { sealedColumns } from './store.ts'
export type { PlacedObject, Placement, ReleaseContent, ReleaseFile, ReleaseFolder } from './content.ts'
export type { KeptRelease, ReleaseStore } from './store.ts'

export interface ReleaseParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  announce(event: NewEvent): unknown
}

/** Something of runs that nothing returns to any more. */
export interface Spent {
  readonly id: string
  readonly name: string
  readonly sizeBytes: number
  remove(): Promise<void>
}

/** What deployments know of releases. */
export interface ReleaseKeeper {
  /** Frees what only this release used, and none of `kept` does. Answers about how many bytes. */
  free(release: KeptRelease, kept: readonly KeptRelease[]): Promise<number>
  /** What runs left that is of no use once only `kept` are kept, of which the last `keep` good ones count. */
  spent(
    of: { stack?: string | undefined; environment?: string | undefined },
    keep: number,
    kept: readonly KeptRelease[],
  ): Promise<readonly Spent[]>
  /** Ids of those that a run brings, or waits to bring. */
  inUse(): Promise<ReadonlySet<string>>
}

/** A release is seen by those who may see one of its targets. */
export const seesRelease = (caller: Caller, { uses }: KeptRelease): boolean =>
  callerMay(caller, 'deployments.read') ||
  uses.targetIds.some((targetId) => callerMay(caller, 'deployments.read', { targetId }))

export interface Releases {
  readonly store: ReleaseStore
  /** Removes what may go of one stack and environment, after a deployment or when asked. */
  cleanup(
    of: { stack?: string | undefined; environment?: string | undefined },
    keep: number,
  ): Promise<{ removed: number; freedBytes: number }>
  /** Set by deployments, which know the folders and images of a release. */
  freeWith(keeper: ReleaseKeeper): void
  readonly handlers: Handlers<typeof releases>
}

export function createReleases(parts: ReleaseParts): Releases {
  const store = openReleaseStore(parts.database, parts.secrets)
  let keeper: ReleaseKeeper = {
    free: () => Promise.resolve(0),
    spent: () => Promise.resolve([]),
    inUse: () => Promise.resolve(new Set()),
  }

  const one = async (id: string, caller: Caller): Promise<KeptRelease> => {
    const release = await store.get(id)
    if (!release || !seesRelease(caller, release)) throw notFound('release', id)
    return release
  }
  const whole = async (id: string, caller: Caller) => {
    const release = await one(id, caller)
    const content = await store.content(id)
    if (!content) throw notFound('release', id)
    return { release, content }
  }
  const may = (caller: Caller): void => requirePermission(caller, 'deployments.run')

  const cleanup: Releases['cleanup'] = async (of, keep) => {
    let freedBytes = 0
    let removed = 0
    const inUse = await keeper.inUse()
    let kept = await store.list({})
    for (const release of removable(await store.list(of), keep)) {
      if (inUse.has(release.id)) continue
      kept = kept.filter((other) => other.id !== release.id)
      freedBytes += await keeper.free(release, kept)
      await store.remove(release.id)
      removed++
      parts.announce({
        type: 'release.removed',
        message: `Release ${release.number} of ${release.stack} (${release.environment}) was removed.`,
        stack: release.stack,
        data: { releaseId: release.id, number: release.number },
      })
    }
    for (const { sizeBytes, remove } of await keeper.spent(of, keep, kept)) {
      await remove()
      freedBytes += sizeBytes
    }
    return { removed, freedBytes }
  }

  return {
    store,
    cleanup,
    freeWith: (given) => {
      keeper = given
    },
    handlers: {
      list: async (input, { caller }) => {
        const q = input.q?.toLowerCase()
        const all = await store.list({ stack: input.stack, environment: input.environment })
        return paged(
          all.filter(
            (release) => seesRelease(caller, release) && (q === undefined || release.stack.toLowerCase().includes(q)),
          ),
          input,
        )
      },
      get: async ({ id }, { caller }) => {
        return one(id, caller)
      },
      compare: async ({ id, with: other }, { caller }) => {
        const [before, after] = [await whole(id, caller), await whole(other, caller)]
        if (before.release.stack !== after.release.stack)
          throw new Failure('STATE_CONFLICT', 'These are releases of two stacks. Compare two of one stack.')
        return { before: before.release, after: after.release, differences: compareReleases(before, after) }
      },
      pin: async ({ id, pinned }, { caller, audit }) => {
        const release = await one(id, caller)
        if (!callerMay(caller, 'deployments.run'))
          for (const targetId of release.uses.targetIds) requirePermission(caller, 'deployments.run', { targetId })
        if (release.uses.targetIds.length === 0) may(caller)
        const changed = { ...release, pinned }
        await store.pin(id, pinned)
        audit({ resource: `release:${id}`, before: { pinned: release.pinned }, after: { pinned } })
        parts.announce({
          type: 'release.pinned',
          message: `Release ${release.number} of ${release.stack} is ${pinned ? 'kept until it is unpinned' : 'not pinned any more'}.`,
          actor: caller.username,
          stack: release.stack,
          data: { releaseId: id, pinned },
        })
        return changed
      },
      cleanup: {
        plan: async (input, { caller }) => {
          may(caller)
          const keep = input.keep ?? keptUnlessTold
          const all = await store.list({ stack: input.stack, environment: input.environment })
          const gone = removable(all, keep)
          const stays = (await store.list({})).filter(({ id }) => !gone.some((release) => release.id === id))
          const spent = await keeper.spent(input, keep, stays)
          const bytes = [...gone, ...spent].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
          const name = (release: Release): string =>
            `${release.stack} (${release.environment}) release ${release.number}`
          return {
            summary:
              gone.length + spent.length === 0
                ? 'Nothing can go: every release serves, is pinned or is among the last good ones.'
                : `${gone.length} releases go${
                    spent.length === 0 ? '' : `, and the old config files of ${spent.length} runs`
                  }, which frees about ${Math.ceil(bytes / 1_048_576)} MB.`,
            steps: [
              ...gone.map((release) => ({
                verb: 'remove' as const,
                kind: 'release' as const,
                name: name(release),
                reasons: [
                  release.state === 'bad' ? 'it did not pass its checks' : `older than the last ${keep} good ones`,
                ],
              })),
              ...spent.map((one) => ({
                verb: 'remove' as const,
                kind: 'file' as const,
                name: one.name,
                reasons: ['the run is older than every release that can be returned to'],
              })),
            ],
            counts: { remove: gone.length + spent.length },
            warnings: [],
            kept: all.filter((release) => !gone.includes(release)).map(name),
            digest: [...gone, ...spent].map(({ id }) => id).join(','),
          }
        },
        run: async (input, { caller, audit }) => {
          may(caller)
          const done = await cleanup(
            { stack: input.stack, environment: input.environment },
            input.keep ?? keptUnlessTold,
          )
          audit({ resource: `releases:${input.stack ?? 'all'}`, after: done })
          return done
        },
      },
    },
  }
}
