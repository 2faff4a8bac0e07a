import { describe, expect, test } from 'vitest'
import { compared, type Measure, summaryOf } from './measures.ts'

const cpu: Measure = { name: 'cpu', title: 'CPU', unit: 'percent', better: 'lower', least: 1 }
const flat = (value: number, steps = 20) => ({ values: Array.from({ length: steps }, () => value) })
const between = (low: number, high: number, steps = 20) => ({
  values: Array.from({ length: steps }, (_, step) => (step % 2 === 0 ? low : high)),
})

describe('two stretches beside each other', () => {
  test('differ in percent of what was before', () => {
    expect(compared(cpu, flat(20), flat(30))).toMatchObject({ changePercent: 50, verdict: 'worse', note: null })
    expect(compared(cpu, flat(30), flat(15))).toMatchObject({ changePercent: -50, verdict: 'better' })
    expect(compared({ ...cpu, better: 'higher' }, flat(20), flat(30)).verdict).toBe('better')
    expect(compared({ ...cpu, better: 'neither' }, flat(20), flat(30)).verdict).toBe('changed')
  })

  test('say nothing where too little is known', () => {
    expect(compared(cpu, flat(20, 4), flat(90))).toMatchObject({
      changePercent: null,
      verdict: 'too-little',
      before: 20,
    })
    expect(compared(cpu, flat(20), { values: [] })).toMatchObject({
      verdict: 'too-little',
      after: null,
      note: 'Nothing is known of the time after.',
    })
  })

  test('are the same within their usual ups and downs', () => {
    expect(compared(cpu, between(5, 95), between(20, 100)).verdict).toBe('same')
    expect(compared(cpu, flat(100), flat(104)).verdict).toBe('same')
    expect(compared(cpu, flat(1), flat(1.5)).verdict).toBe('same')
  })

  test('have no percent of nothing', () => {
    expect(compared(cpu, flat(0), flat(12))).toMatchObject({
      changePercent: null,
      verdict: 'worse',
      note: 'There was none before.',
    })
  })
})

test('one sentence tells what changed', () => {
  const worse = compared(cpu, flat(20), flat(30))
  const better = { ...compared(cpu, flat(30), flat(10)), title: 'memory' }
  const little = compared(cpu, flat(20, 1), flat(30))
  expect(summaryOf([worse, better, little])).toBe('Worse: CPU; better: memory. There is too little to say of CPU.')
  expect(summaryOf([little])).toBe('There is too little to say yet.')
  expect(summaryOf([compared(cpu, flat(20), flat(20))])).toBe('Nothing has changed beyond its usual ups and downs.')
})
