import type { Release } from '@wheelhouse/contract'

export const keptUnlessTold = 5

/**
 * Which releases may go: never one that serves, is pinned, is being brought, or is among the newest `keep` good ones of its stack and
 * environment. Bad ones go once they are older than the oldest that is kept.
 */
export function removable<R extends Release>(releases: readonly R[], keep: number): R[] {
  const groups = Map.groupBy(releases, (release) => `${release.stack}\u0000${release.environment}`)
  return [...groups.values()].flatMap((group) => {
    const newestFirst = group.toSorted((a, b) => b.number - a.number)
    const good = newestFirst.filter((release) => release.state === 'good' || release.state === 'serving')
    const kept = good.filter((release, index) => index < keep || release.pinned || release.state === 'serving')
    const oldestKept = kept.at(-1)?.number ?? Infinity
    return newestFirst.filter(
      (release) =>
        !release.pinned &&
        !kept.includes(release) &&
        (release.state === 'good' ||
          (release.state === 'bad' && (kept.length === 0 ? false : release.number < oldestKept))),
    )
  })
}
