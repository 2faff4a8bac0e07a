import { Failure } from '@wheelhouse/contract'

const full = new Set(['ENOSPC', 'EDQUOT'])

/** Does what writes below a folder; where its disk is full it says so, and what to remove. Throws Failure STORAGE_FULL. */
export async function onDiskOf<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Failure || !full.has((error as NodeJS.ErrnoException | null)?.code ?? '')) throw error
    throw new Failure(
      'STORAGE_FULL',
      `The disk of ${folder} is full, so nothing new was kept there. Remove old releases (wh releases cleanup) or make room on the disk, and deploy again.`,
      { path: folder },
      { cause: error },
    )
  }
}
