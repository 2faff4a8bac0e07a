import type { Release } from '@wheelhouse/contract'

/** Of one stack and environment, newest first. */
export const newestFirst = (a: Release, b: Release): number => b.number - a.number

export const servingOf = (releases: readonly Release[]): Release | undefined =>
  releases.find((release) => release.state === 'serving')

/** What can be brought back: kept, and not what serves, nor one that is on its way or did not pass its checks. */
export function choicesOf(releases: readonly Release[]): Release[] {
  return releases.filter((release) => release.state === 'good').sort(newestFirst)
}

/** The nearest good one below the serving one, else the newest good one. */
export function likelyChoice(releases: readonly Release[]): Release | undefined {
  const choices = choicesOf(releases)
  const serving = servingOf(releases)
  return (serving && choices.find((release) => release.number < serving.number)) ?? choices[0]
}

/** Releases whose migrations ran after the chosen one and so are in the data that it would meet. */
export function migratedSince(releases: readonly Release[], chosen: Release): Release[] {
  const top = servingOf(releases)?.number ?? Infinity
  return releases
    .filter((release) => release.migrated && release.number > chosen.number && release.number <= top)
    .sort(newestFirst)
}

/** The release that replaced the chosen one: its backup holds the data as the chosen one left it. */
export function replacedBy(releases: readonly Release[], chosen: Release): Release | undefined {
  return releases
    .filter((release) => release.number > chosen.number && release.backupId !== null)
    .sort((a, b) => a.number - b.number)[0]
}
