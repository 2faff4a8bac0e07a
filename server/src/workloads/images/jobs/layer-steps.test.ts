import { expect, test } from 'vitest'
import { LayerSteps } from './layer-steps.ts'

function job() {
  const steps = new Map<string, string>()
  const told: { fraction: number; message: string }[] = []
  let calls = 0
  return {
    steps,
    told,
    calls: () => calls,
    step: (name: string, state: string, message = '') => {
      calls += 1
      steps.set(name, `${state} ${message}`)
    },
    progress: (fraction: number, message: string) => void told.push({ fraction, message }),
  }
}
const line = (layer: string, status: string, current = 0, total: number | null = null) => ({
  layer,
  status,
  current,
  total,
})

test('layers add up by size, never go back, and end whole', () => {
  const seen = job()
  const { report } = new LayerSteps(seen, 'web:1')
  report(line('a', 'Pulling fs layer'))
  report(line('b', 'Already exists'))
  report(line('a', 'Downloading', 5_242_880, 10_485_760))
  expect(seen.steps.get('a')).toBe('running downloads 5.0 of 10.0 MB')
  report(line('a', 'Download complete'))
  report(line('a', 'Extracting', 10_485_760, 10_485_760))
  report(line('a', 'Pull complete'))
  expect(seen.steps.get('a')).toBe('done is here')
  expect(seen.steps.get('b')).toBe('done was here')
  const fractions = seen.told.map(({ fraction }) => fraction)
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b))
  expect(seen.told.at(-1)).toEqual({ fraction: 1, message: 'web:1: 2 of 2 layers' })
})

test('many small steps of one layer are told now and then', () => {
  const seen = job()
  let now = 0
  const { report } = new LayerSteps(seen, 'web:1', () => now)
  for (let n = 0; n < 1000; n += 1) {
    now += 1
    report(line('a', 'Downloading', n, 1000))
  }
  expect(seen.calls()).toBeLessThan(10)
})

test('what had not ended when it failed has failed', () => {
  const seen = job()
  const steps = new LayerSteps(seen, 'web:1')
  steps.report(line('a', 'Downloading', 1, 2))
  steps.report(line('b', 'Pull complete'))
  steps.failed('was cancelled')
  expect([...seen.steps.values()]).toEqual(['failed was cancelled', 'done is here'])
})
