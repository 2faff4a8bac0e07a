import type { Deployment } from '@wheelhouse/contract'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { StackTarget } from '../../stacks/index.ts'
import { targetsHeard } from './targets-heard.ts'

const target = (id: string, state: StackTarget['state']): StackTarget => ({
  id,
  name: id,
  kind: 'swarm',
  address: '',
  state,
})
const deployment = (begun: boolean): Deployment =>
  ({ targets: [{ id: 'swarm-a', name: 'swarm-a' }], stages: begun ? [{}] : [] }) as unknown as Deployment

let now = 0
beforeEach(() => {
  now = 0
  vi.spyOn(Date, 'now').mockImplementation(() => now)
})
afterEach(() => void vi.restoreAllMocks())

/** Looks until it has had enough, or was told to stop; `looked` hears how often it has looked. */
async function looks(
  begun: boolean,
  looked: (times: number, stop: () => void) => readonly StackTarget[],
): Promise<number> {
  let times = 0
  const stop = new AbortController()
  const list = (): readonly StackTarget[] => looked(++times, () => stop.abort())
  const room = { targets: { list }, settings: { undoPatienceMs: 120_000 } } as unknown as Parameters<
    typeof targetsHeard
  >[0]
  await targetsHeard(room, deployment(begun), stop.signal, () => undefined)
  return times
}

test('a Swarm that no engine has told of yet is waited for', async () => {
  const found = [target('swarm-a', 'connected')]
  expect(await looks(true, (times) => (times < 4 ? [] : found))).toBe(4)
  expect(await looks(false, (times) => (times < 4 ? [] : found))).toBe(4)
})

test('one that is gone for good holds up a run that has not begun for a moment only', async () => {
  const gone = (times: number, stop: () => void): readonly StackTarget[] => {
    now += 15_000
    if (times === 5) stop()
    return []
  }
  expect(await looks(false, gone)).toBe(2)
  now = 0
  expect(await looks(true, gone)).toBe(5)
})
