import type { Deployment, DeploymentLine, Stage, StageState } from '@wheelhouse/contract'
import { expect, test } from 'vitest'
import { clockOf } from './clock.ts'
import { lanesOf, perRow } from './lanes.ts'
import { beginsStage, LineOrder, passes } from './log/line-order.ts'

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString()
const stage = (name: string, state: StageState, undone = false): Stage => ({
  name,
  state,
  message: '',
  startedAt: null,
  finishedAt: null,
  tasks: [],
  undo: undone ? { message: '', startedAt: at(1), finishedAt: at(2) } : null,
})
const failedRun = (state: Deployment['state'] = 'rolled-back'): Pick<Deployment, 'state' | 'stages'> => ({
  state,
  stages: [
    stage('preflight', 'done'),
    stage('config', 'undone', true),
    stage('build', 'done'),
    stage('start', 'undone', true),
    stage('verify', 'failed'),
    stage('report', 'waiting'),
  ],
})

test('rows are about equally full', () => {
  expect(perRow(8, 1200)).toBe(8)
  expect(perRow(14, 1190)).toBe(7)
  expect(perRow(15, 1190)).toBe(8)
  expect(perRow(5, 60)).toBe(1)
})

test('the undo lane runs from right to left, each under what it undoes', () => {
  const [lane] = lanesOf(failedRun(), 6)
  expect(lane?.undo.map(({ stage: { name }, column, undo }) => [name, column, undo])).toEqual([
    ['start', 4, 'undo'],
    ['build', 3, 'nothing'],
    ['config', 2, 'undo'],
  ])
  expect([lane?.mark, lane?.hangs]).toEqual([5, true])
  expect(lane?.places.at(-1)?.reached).toBe(false)
})

test('while it is being undone, what stands before still has its turn to come', () => {
  const [lane] = lanesOf(failedRun('rolling-back'), 6)
  expect(lane?.undo.at(-1)).toMatchObject({ column: 1, undo: 'ahead' })
})

test('over two rows the lane goes on in the row above', () => {
  const lanes = lanesOf(failedRun(), 3)
  expect(lanes.map((lane) => lane.undo.map((place) => place.stage.name))).toEqual([['build', 'config'], ['start']])
  // In the first row the lane reaches the edge: its word stands in the second.
  expect(lanes.map((lane) => [lane.mark, lane.hangs])).toEqual([
    [null, false],
    [2, true],
  ])
})

test('a run that went well has no lane', () => {
  expect(lanesOf({ state: 'succeeded', stages: [stage('build', 'done')] }, 4)[0]).toMatchObject({
    undo: [],
    mark: null,
  })
})

test('builds stand on one clock', () => {
  const task = (name: string, from: number | null, to: number | null) => ({
    name,
    state: 'done' as const,
    message: '',
    startedAt: from === null ? null : at(from),
    finishedAt: to === null ? null : at(to),
  })
  const clock = clockOf([task('api', 0, 20), task('web', 10, null), task('relay', null, null)], Date.parse(at(40)))
  expect([clock.togetherMs, clock.apartMs]).toEqual([40_000, 50_000])
  expect(clock.bars.map(({ from, width, tookMs }) => [from, width, tookMs])).toEqual([
    [0, 0.5, 20_000],
    [0.25, 0.75, 30_000],
    [0, 0, null],
  ])
  expect(clockOf([task('relay', null, null)], 0).togetherMs).toBe(0)
})

const line = (seq: number, of = 'build', task: string | null = null): DeploymentLine => ({
  seq,
  at: at(seq),
  stage: of,
  task,
  stream: 'stdout',
  text: `line ${seq}`,
})
const seqs = (order: LineOrder): number[] => order.all.map((each) => each.seq)

test('what was asked for and what was pushed make one log, in order and each once', () => {
  const order = new LineOrder()
  expect(order.add([line(5), line(4), line(5)]).change).toBe('appended')
  expect(order.add([line(6)])).toMatchObject({ change: 'appended', fresh: [{ seq: 6 }] })
  expect(order.add([line(1), line(2), line(3), line(4), line(5)])).toMatchObject({
    change: 'inserted',
    fresh: [{ seq: 1 }, { seq: 2 }, { seq: 3 }],
  })
  expect(order.add([line(6), line(2)]).change).toBe('none')
  expect(seqs(order)).toEqual([1, 2, 3, 4, 5, 6])
  expect(order.last).toBe(6)
})

test('a batch that fills a hole and goes on is put in place whole', () => {
  const order = new LineOrder()
  order.add([line(1), line(4)])
  order.add([line(2), line(3), line(5)])
  expect(seqs(order)).toEqual([1, 2, 3, 4, 5])
})

test('the log of a run is bounded', () => {
  const order = new LineOrder(3)
  order.add([1, 2, 3, 4, 5].map((n) => line(n)))
  expect(seqs(order)).toEqual([3, 4, 5])
})

test('lines are those of one stage or task where one is chosen', () => {
  expect(passes(line(1, 'build', 'api'), { stage: 'build', task: '' })).toBe(true)
  expect(passes(line(1, 'build', 'api'), { stage: 'build', task: 'web' })).toBe(false)
  expect(passes(line(1, 'verify'), { stage: 'build', task: '' })).toBe(false)
  expect([beginsStage(line(2), line(1)), beginsStage(line(1), undefined)]).toEqual([false, true])
})
