import { expect, test } from 'vitest'
import { type PullLine, PullMeter } from './pull.ts'

test('progress never goes back and ends whole', () => {
  const meter = new PullMeter('web:1')
  const at = (id: string, status: string, current?: number, total?: number): PullLine => ({
    id,
    status,
    ...(current !== undefined && total !== undefined ? { progressDetail: { current, total } } : {}),
  })
  const lines = [
    { status: 'Pulling from web', id: '1' },
    at('a', 'Pulling fs layer'),
    at('b', 'Already exists'),
    at('a', 'Downloading', 500_000, 1_000_000),
    at('a', 'Downloading', 500_001, 1_000_000),
    at('a', 'Download complete'),
    at('a', 'Extracting', 1_000_000, 1_000_000),
    at('a', 'Pull complete'),
  ]
  const steps = lines.map((line) => meter.read(line))
  expect(steps[0]).toBeNull()
  expect(steps[3]?.message).toBe('Pulling web:1: layer a downloading, 0.5 of 1.0 MB.')
  expect(steps[4]).toBeNull()
  const fractions = steps.flatMap((step) => (step ? [step.fraction] : []))
  expect(fractions).toEqual([...fractions].sort((a, b) => a - b))
  expect(fractions.at(-1)).toBe(1)
})
