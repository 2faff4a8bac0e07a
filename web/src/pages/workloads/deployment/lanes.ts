import type { Deployment, Stage } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'

/** What stands below a stage: its undo, that it needs none, that its turn may still come, or nothing at all. */
export type UndoPlace = 'undo' | 'nothing' | 'ahead' | 'none'

export interface Place {
  readonly stage: Stage
  /** Column in its row, from 1. */
  readonly column: number
  readonly reached: boolean
  readonly undo: UndoPlace
}

export interface Lane {
  readonly places: readonly Place[]
  /** The places that have something below them, in the order of undoing: right to left. */
  readonly undo: readonly Place[]
  /** Column right of the first one undone, where the lane says what it is; null where the row has no lane. */
  readonly mark: number | null
  /** That column is below the stage that failed, so that the lane hangs on it. */
  readonly hangs: boolean
}

const reachedStates = new Set<Stage['state']>([
  'running',
  'approval',
  'done',
  'failed',
  'undoing',
  'undone',
  'undo-failed',
])

/** Boxes of a row so that all rows are about equally full. */
export function perRow(stages: number, width: number, least = 128, gap = 14): number {
  const fit = Math.max(1, Math.floor((width + gap) / (least + gap)))
  return Math.ceil(stages / Math.ceil(stages / fit))
}

/** The stages in rows of `columns`, each with the lane that runs back below it. */
export function lanesOf(run: Pick<Deployment, 'state' | 'stages'>, columns: number): Lane[] {
  const undone = run.stages.map((stage) => stage.undo !== null)
  const last = undone.lastIndexOf(true)
  const first = undone.indexOf(true)
  const over = deploymentEnded(run.state)
  const failed = run.stages.findIndex((stage) => stage.state === 'failed')
  const placeOf = (stage: Stage, i: number): UndoPlace => {
    if (stage.undo !== null) return 'undo'
    if (last < 0 || i > last || !reachedStates.has(stage.state)) return 'none'
    if (i > first) return 'nothing'
    return over ? 'none' : 'ahead'
  }
  const lanes: Lane[] = []
  for (let from = 0; from < run.stages.length; from += columns) {
    const places = run.stages.slice(from, from + columns).map((stage, i) => ({
      stage,
      column: i + 1,
      reached: reachedStates.has(stage.state),
      undo: placeOf(stage, from + i),
    }))
    const undo = places.filter((place) => place.undo !== 'none').toReversed()
    const right = undo[0]?.column ?? 0
    const mark = undo.length === 0 || right >= columns ? null : right + 1
    lanes.push({ places, undo, mark, hangs: mark !== null && from + mark - 1 === failed })
  }
  return lanes
}
