import { deploymentEnded } from '@wheelhouse/contract'
import { lstat, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeptRelease, Spent } from '../../releases/index.ts'
import { foldersIn } from './folders.ts'
import type { DeployRoom } from '../room.ts'

async function sizeOf(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true }).catch(() => [])
  const sizes = await Promise.all(
    entries.map((name) =>
      lstat(join(folder, name)).then(
        (found) => (found.isFile() ? found.size : 0),
        () => 0,
      ),
    ),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

/**
 * Old config files that runs put aside before they wrote new ones, and that nothing returns to any more: the run has ended, is older than
 * the oldest of the last `keep` good releases, and brought none that is kept. Where no good release is kept, those of the last `keep`
 * runs stay, because a person may need them to mend what failed.
 */
export async function spentConfig(
  room: Pick<DeployRoom, 'store' | 'settings'>,
  of: { readonly stack?: string | undefined; readonly environment?: string | undefined },
  keep: number,
  kept: readonly KeptRelease[],
): Promise<Spent[]> {
  const folders = foldersIn(room.settings.data)
  const names = await readdir(folders.configBackups).catch(() => [])
  const runs = (await room.store.named(names)).filter(
    ({ stack, environment }) =>
      (of.stack === undefined || of.stack === stack) &&
      (of.environment === undefined || of.environment === environment),
  )
  const brought = new Set(kept.flatMap(({ deploymentId }) => deploymentId ?? []))
  const groups = Map.groupBy(runs, ({ stack, environment }) => `${stack}\u0000${environment}`)
  const spent = [...groups.values()].flatMap((group) => {
    const newestFirst = group.toSorted((a, b) => b.number - a.number)
    const { stack, environment } = newestFirst[0]!
    const good = kept
      .filter((release) => release.stack === stack && release.environment === environment)
      .filter(({ state }) => state === 'good' || state === 'serving')
      .toSorted((a, b) => b.number - a.number)
      .slice(0, keep)
    const since = good.at(-1)?.createdAt ?? newestFirst[keep - 1]?.createdAt ?? ''
    return newestFirst.filter(
      ({ id, state, createdAt }) => deploymentEnded(state) && createdAt < since && !brought.has(id),
    )
  })
  return Promise.all(
    spent.map(async ({ id, stack, environment, number }) => {
      const folder = folders.configBackup(id)
      return {
        id,
        name: `${stack} (${environment}) old config files of run ${number}`,
        sizeBytes: await sizeOf(folder),
        remove: () => rm(folder, { recursive: true, force: true }),
      }
    }),
  )
}
