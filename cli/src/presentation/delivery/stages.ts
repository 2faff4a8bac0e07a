import type { Deployment, Stage, StageTask } from '@wheelhouse/contract'
import { type Look, paint } from '../look.ts'
import { glyph } from '../state.ts'
import { duration } from '../units.ts'
import { clean, fit, widthOf } from '../width.ts'

type Timed = Pick<Stage, 'startedAt' | 'finishedAt'>

/** Empty while it has not begun, and for what took no time that a person would notice. */
export function tookText(part: Timed, now: number): string {
  if (part.startedAt === null) return ''
  const ms = (part.finishedAt === null ? now : Date.parse(part.finishedAt)) - Date.parse(part.startedAt)
  return duration(Math.max(0, ms))
}

interface Row {
  readonly state: Stage['state']
  readonly name: string
  readonly said: string
  readonly took: string
}

/** Glyph, name, what it did, and its time at the right edge of a terminal. */
function rowLine(row: Row, nameWidth: number, indent: number, look: Look): string {
  // A dot stands for a service that runs; a stage that runs is on its way.
  const mark = glyph(row.state === 'running' ? 'starting' : row.state, look)
  const ellipsis = look.unicode ? '…' : '~'
  const left = indent + 2
  const room = look.width === null ? 10_000 : Math.max(16, Math.min(look.width, 110) - 1)
  const name = fit(clean(row.name), Math.max(6, room - left - 10), ellipsis)
  const padded = name + ' '.repeat(Math.max(0, nameWidth - widthOf(name)))
  const space = room - left - widthOf(padded) - 2 - widthOf(row.took) - 2
  const said = space < 6 ? '' : fit(clean(row.said.split('\n')[0] ?? ''), space, ellipsis)
  const quiet = row.state === 'waiting' || row.state === 'skipped'
  const bad = row.state === 'failed' || row.state === 'undo-failed'
  const gap =
    look.width === null ? 2 : Math.max(2, room - left - widthOf(padded) - 2 - widthOf(said) - widthOf(row.took))
  const bare = said === '' && row.took === ''
  const text = `${paint(bare ? name : padded, quiet ? 'dim' : undefined, look)}  ${paint(said, bad ? 'red' : 'dim', look)}`
  const took = row.took === '' ? '' : ' '.repeat(gap) + paint(row.took, 'dim', look)
  return `${' '.repeat(indent)}${paint(mark.text, mark.paint, look)} ${text}${took}`.trimEnd()
}

const skippedWell = (stage: Stage): string =>
  stage.state === 'skipped' && stage.message === '' ? 'skipped' : stage.message

const taskRow = (task: StageTask, look: Look): Row => ({
  state: task.state,
  name: task.name,
  said: task.message,
  took: tookText(task, look.now),
})

/** Tasks are worth a line while they run or when they decided; a stage that is done has said it in one. */
const shownTasks = (stage: Stage): readonly StageTask[] =>
  stage.state === 'done' || stage.state === 'skipped' || stage.state === 'waiting' ? [] : stage.tasks

/** Every stage in order, with the parts that run beside each other, and the undo of each below it. */
export function stageLines(deployment: Deployment, look: Look): string[] {
  const names = Math.min(24, Math.max(0, ...deployment.stages.map((stage) => widthOf(clean(stage.name)))))
  return deployment.stages.flatMap((stage) => {
    const tasks = shownTasks(stage)
    const done = stage.tasks.filter((task) => task.state === 'done').length
    const said =
      skippedWell(stage) || (tasks.length > 1 && stage.state === 'running' ? `${done} of ${tasks.length}` : '')
    const lines = [rowLine({ ...stage, said, took: tookText(stage, look.now) }, names, 2, look)]
    const taskNames = Math.max(0, ...tasks.map((task) => widthOf(clean(task.name))))
    for (const task of tasks) lines.push(rowLine(taskRow(task, look), taskNames, 6, look))
    if (stage.undo) {
      const state =
        stage.state === 'undo-failed' ? 'undo-failed' : stage.undo.finishedAt === null ? 'undoing' : 'undone'
      const row = { state, name: 'undo', said: stage.undo.message, took: tookText(stage.undo, look.now) } as const
      lines.push(rowLine(row, 4, 6, look))
    }
    return lines
  })
}
