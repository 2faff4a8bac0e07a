import { HotPoints } from '../codec/hot.ts'
import type { Points } from '../codec/points.ts'
import type { ChunkKeeper, Window } from '../keeping/chunk-keeper.ts'
import type { Made, Task } from '../keeping/task.ts'
import { type Directories, nothingScanned, SealedPoints } from '../reading/sealed-points.ts'
import { merged, mergedTimes } from './merge.ts'
import { RolledPoints } from './roll.ts'

/** Does a task. What is broken in what it reads is left out and counted. Throws WindowGone, or what the disk says. */
export async function runTask(task: Task, keeper: ChunkKeeper, directories: Directories): Promise<Made> {
  if (task.kind === 'seal') {
    const points = new HotPoints(task.tierMs, task.ticks)
    return { window: await put(keeper, task.tierMs, task.seq, task.seq, [points]), broken: 0 }
  }
  const windows = task.kind === 'pack' ? task.windows : [task.window]
  const stepMs = task.kind === 'pack' ? windows[0]!.tierMs : task.stepMs
  const scanned = nothingScanned()
  const opened: SealedPoints[] = []
  try {
    for (const window of windows) {
      const points = await SealedPoints.open(keeper, window, directories, scanned)
      if (points !== null) opened.push(points)
    }
    if (opened.length === 0) return { window: null, broken: scanned.broken }
    const sources: Points[] = task.kind === 'pack' ? opened : opened.map((points) => new RolledPoints(points, stepMs))
    const { seqFrom } = windows[0]!
    const { seqTo } = windows.at(-1)!
    const window = await put(keeper, stepMs, seqFrom, seqTo, sources)
    // A damaged window is told of once, when it is packed; rolled up it is read again.
    return { window, broken: task.kind === 'pack' ? scanned.broken : 0 }
  } finally {
    for (const points of opened) await points.close()
  }
}

async function put(
  keeper: ChunkKeeper,
  tierMs: number,
  seqFrom: number,
  seqTo: number,
  sources: readonly Points[],
): Promise<Window> {
  const times = mergedTimes(sources)
  const from = times.reduce((least, time) => Math.min(least, time), Infinity)
  const to = times.reduce((most, time) => Math.max(most, time), -Infinity)
  return await keeper.put({ tierMs, seqFrom, seqTo, from, to, points: times.length }, merged(sources))
}
