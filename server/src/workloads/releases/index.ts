import { Failure, type NewEvent, notFound, type Release, type releases } from '@wheelhouse/contract'
import type { Database } from '@wheelhouse/platform/db'
import type { Secrets } from '@wheelhouse/platform/secrets'
import { type Caller, callerMay, type Handlers, paged, requirePermission } from '../../dispatch/index.ts'
import { compareReleases } from './compare.ts'
import { keptUnlessTold, removable } from './keep.ts'
import { openReleaseStore, type ReleaseStore } from './store.ts'

export type { Placement, ReleaseContent, ReleaseFile, ReleaseFolder } from './content.ts'
export type { ReleaseStore } from './store.ts'

export interface ReleaseParts {
  readonly database: Database
  readonly secrets: Pick<Secrets, 'seal' | 'open'>
  announce(event: NewEvent): unknown
}

/** Frees what only a removed release used. Answers the bytes. */
export type FreeRelease = (release: Release) => Promise<number>

export interface Releases {
  readonly store: ReleaseStore
  /** Removes what may go of one stack and environment, after a deployment or when asked. */
  cleanup(
    of: { stack?: string | undefined; environment?: string | undefined },
    keep: number,
  ): Promise<{ removed: number; freedBytes: number }>
  /** Set by deployments, which know the folders and images of a release. */
  freeWith(free: FreeRelease): void
  readonly handlers: Handlers<typeof releases>
}

export function createReleases(parts: ReleaseParts): Releases {
  const store = openReleaseStore(parts.database, parts.secrets)
  let free: FreeRelease = () => Promise.resolve(0)

  const one = async (id: string): Promise<Release> => {
    const release = await store.get(id)
    if (!release) throw notFound('release', id)
    return release
  }
  const whole = async (id: string) => {
    const release = await one(id)
    const content = await store.content(id)
    if (!content) throw notFound('release', id)
    return { release, content }
  }
  const may = (caller: Caller): void => requirePermission(caller, 'deployments.run')

  const cleanup: Releases['cleanup'] = async (of, keep) => {
    let freedBytes = 0
    let removed = 0
    for (const release of removable(await store.list(of), keep)) {
      freedBytes += await free(release)
      await store.remove(release.id)
      removed++
      parts.announce({
        type: 'release.removed',
        message: `Release ${release.number} of ${release.stack} (${release.environment}) was removed.`,
        stack: release.stack,
        data: { releaseId: release.id, number: release.number },
      })
    }
    return { removed, freedBytes }
  }

  return {
    store,
    cleanup,
    freeWith: (given) => {
      free = given
    },
    handlers: {
      list: async (input, { caller }) => {
        if (!callerMay(caller, 'deployments.read')) return paged([], input)
        const q = input.q?.toLowerCase()
        const all = await store.list({ stack: input.stack, environment: input.environment })
        return paged(
          all.filter((release) => q === undefined || release.stack.toLowerCase().includes(q)),
          input,
        )
      },
      get: async ({ id }, { caller }) => {
        requirePermission(caller, 'deployments.read')
        return one(id)
      },
      compare: async ({ id, with: other }, { caller }) => {
        requirePermission(caller, 'deployments.read')
        const [before, after] = [await whole(id), await whole(other)]
        if (before.release.stack !== after.release.stack)
          throw new Failure('STATE_CONFLICT', 'These are releases of two stacks. Compare two of one stack.')
        return { before: before.release, after: after.release, differences: compareReleases(before, after) }
      },
      pin: async ({ id, pinned }, { caller, audit }) => {
        may(caller)
        const release = await one(id)
        const changed = { ...release, pinned }
        await store.save(changed)
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
          const bytes = gone.reduce((sum, release) => sum + release.sizeBytes, 0)
          const name = (release: Release): string =>
            `${release.stack} (${release.environment}) release ${release.number}`
          return {
            summary:
              gone.length === 0
                ? 'Nothing can go: every release serves, is pinned or is among the last good ones.'
                : `${gone.length} releases go, which frees about ${Math.ceil(bytes / 1_048_576)} MB.`,
            steps: gone.map((release) => ({
              verb: 'remove' as const,
              kind: 'release' as const,
              name: name(release),
              reasons: [
                release.state === 'bad' ? 'it did not pass its checks' : `older than the last ${keep} good ones`,
              ],
            })),
            counts: { remove: gone.length },
            warnings: [],
            kept: all.filter((release) => !gone.includes(release)).map(name),
            digest: gone.map((release) => release.id).join(','),
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
