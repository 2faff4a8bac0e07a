import type { StageTask } from '@wheelhouse/contract'

export interface Bar {
  readonly task: StageTask
  /** Start and width on the common clock, 0 to 1. */
  readonly from: number
  readonly width: number
  readonly tookMs: number | null
}
export interface Clock {
  readonly bars: readonly Bar[]
  /** From the first start to the last end. */
  readonly togetherMs: number
  /** The sum, as if they had run one after another. */
  readonly apartMs: number
}

/** Tasks as bars on one clock; those that run reach to `now` (ms), those that wait have no width. */
export function clockOf(tasks: readonly StageTask[], now: number): Clock {
  const ends = tasks.map((task) => {
    if (task.startedAt === null) return null
    const start = Date.parse(task.startedAt)
    return { start, end: Math.max(start, task.finishedAt === null ? now : Date.parse(task.finishedAt)) }
  })
  const known = ends.filter((each) => each !== null)
  const zero = Math.min(...known.map((each) => each.start))
  const togetherMs = known.length === 0 ? 0 : Math.max(...known.map((each) => each.end)) - zero
  const scale = togetherMs === 0 ? 1 : togetherMs
  return {
    bars: tasks.map((task, i) => {
      const at = ends[i]
      if (!at) return { task, from: 0, width: 0, tookMs: null }
      return { task, from: (at.start - zero) / scale, width: (at.end - at.start) / scale, tookMs: at.end - at.start }
    }),
    togetherMs,
    apartMs: known.reduce((sum, each) => sum + each.end - each.start, 0),
  }
}
