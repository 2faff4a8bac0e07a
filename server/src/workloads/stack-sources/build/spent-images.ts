import { Failure } from '@wheelhouse/contract'
import type { Images } from '@wheelhouse/driver'
import type { Log } from '@wheelhouse/platform/log'

/** Of each service, beside those of the commit that is applied: what a person may want to go back to. */
export const keptBuilds = 5
/** As `imageToBuild` names them: by what they hold. */
const builtTag = /^(wheelhouse\/[^/]+\/[^/:]+):[0-9a-f]{16}$/

/**
 * Removes images of a stack that were built for earlier commits, but the newest of each service. What a container uses, running or
 * not, the engine keeps. Answers what went; that something could not be removed is no failure of the sync.
 */
export async function removeSpent(
  images: Pick<Images, 'list' | 'remove'>,
  stack: string,
  current: readonly string[],
  log: Log,
): Promise<string[]> {
  const own = (await images.list())
    .filter(({ labels }) => labels['wheelhouse.build.stack'] === stack)
    .flatMap(({ tags, createdAt }) =>
      tags.flatMap((tag) => {
        const repository = builtTag.exec(tag)?.[1]
        return repository !== undefined ? [{ tag, repository, at: Date.parse(createdAt) }] : []
      }),
    )
  const gone: string[] = []
  for (const builds of Map.groupBy(own, ({ repository }) => repository).values()) {
    const earlier = builds.filter(({ tag }) => !current.includes(tag)).toSorted((a, b) => b.at - a.at)
    for (const { tag } of earlier.slice(keptBuilds))
      await images.remove(tag, { force: false }).then(
        () => gone.push(tag),
        (error: unknown) => {
          const isUsed = error instanceof Failure && (error.code === 'STATE_CONFLICT' || error.code === 'CONFLICT')
          if (!isUsed) log.warn({ err: error, tag }, 'an image that was built for an earlier commit was not removed')
        },
      )
  }
  return gone
}
