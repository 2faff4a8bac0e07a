import type { AxisMark } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { markHref, rowsOf, toneOf } from './marks.ts'

const mark = (from: string, until: string | null, more: Partial<AxisMark> = {}): AxisMark => ({
  id: from,
  kind: 'life',
  from: `2026-11-20T${from}:00.000Z`,
  until: until === null ? null : `2026-11-20T${until}:00.000Z`,
  title: '',
  outcome: null,
  severity: 'info',
  actor: null,
  service: 'web',
  serviceId: 't:1',
  refersTo: 'x',
  ...more,
})

describe('marks of an axis', () => {
  test('lie beside each other where they meet, and above where there is room', () => {
    const to = Date.parse('2026-11-20T12:00:00.000Z')
    const laid = rowsOf(
      [mark('10:00', '10:30'), mark('10:10', null), mark('10:40', '10:50'), mark('10:20', '10:25')],
      to,
      0,
    )
    expect(laid.map(({ mark: { id }, row }) => [id, row])).toEqual([
      ['10:00', 0],
      ['10:10', 1],
      ['10:20', 2],
      ['10:40', 0],
    ])
    const many = rowsOf(
      Array.from({ length: 9 }, () => mark('10:00', null)),
      to,
      0,
    )
    expect(Math.max(...many.map(({ row }) => row))).toBe(4)
  })

  test('lead to what they tell of', () => {
    expect(markHref(mark('10:00', null, { kind: 'crash' }))).toBe('/crashes/x')
    expect(markHref(mark('10:00', null, { kind: 'deployment', id: 'run-x' }))).toBe('/deployments/x')
    expect(markHref(mark('10:00', null, { kind: 'deployment' }))).toBe('/services/t%3A1/events')
    expect(markHref(mark('10:00', null, { kind: 'life', refersTo: null, serviceId: null }))).toBeNull()
  })

  test('have the tone of their outcome, then of their severity', () => {
    expect(toneOf(mark('10:00', null, { outcome: 'rolled-back', severity: 'error' }))).toBe('warning')
    expect(toneOf(mark('10:00', null, { outcome: 'service.failed', severity: 'error' }))).toBe('error')
    expect(toneOf(mark('10:00', null))).toBe('info')
  })
})
