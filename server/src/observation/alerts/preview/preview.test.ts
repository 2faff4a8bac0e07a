import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { AlertRuleSpec, Event } from '@wheelhouse/contract'
import { createLog } from '@wheelhouse/platform/log'
import { Evaluator } from '../evaluating/evaluator.ts'
import { everyMs } from '../evaluating/judge.ts'
import type { Incidents, Turned } from '../incidents/incidents.ts'
import type { RuleRecord, RuleStore } from '../rules/store.ts'
import type { World } from '../sensing/ports.ts'
import { handMetrics, type HandSeries } from '../testing/metrics.ts'
import { handRegistry, service, target } from '../testing/registry.ts'
import { preview } from './preview.ts'

const start = Date.parse('2026-06-10T00:00:00Z')
const hourMs = 3_600_000

function ruleOf(spec: AlertRuleSpec): RuleRecord {
  const { enabled: _, ...rest } = spec
  const of = { problem: null, firedAt: null, createdBy: 'root', createdAt: 0, changedAt: 0 }
  return { id: 'rule', name: spec.name, spec: rest, enabled: true, given: false, ...of }
}

/** What the live evaluator would have done, look by look. */
async function live(
  rule: AlertRuleSpec,
  world: World,
  sinceMs: number,
  untilMs: number,
  events: readonly Event[] = [],
) {
  const turned: Turned[] = []
  let now = sinceMs
  const record = ruleOf(rule)
  const evaluator = new Evaluator({
    // Only what had happened by then.
    world: { ...world, events: () => Promise.resolve(events.filter(({ at }) => Date.parse(at) <= now).toReversed()) },
    rules: { all: () => Promise.resolve([record]), update: () => Promise.resolve(null) } as unknown as RuleStore,
    holds: { all: () => Promise.resolve([]), put: () => Promise.resolve(), drop: () => Promise.resolve() },
    incidents: {
      load: () => Promise.resolve([]),
      take: (turns: readonly Turned[]) => Promise.resolve(void turned.push(...turns)),
      went: () => Promise.resolve(),
      retire: () => Promise.resolve(),
    } as unknown as Incidents,
    log: createLog({ level: 'silent', pretty: false }),
    now: () => now,
  })
  await evaluator.load()
  for (; now <= untilMs; now += everyMs(rule.condition)) {
    const fresh = events.filter(({ at }) => Date.parse(at) <= now && Date.parse(at) > now - everyMs(rule.condition))
    // Told at the look that they come before, as the preview does not look between two.
    if (fresh.length > 0) await evaluator.happened(fresh)
    await evaluator.look()
  }
  return turned.map(({ turn, subject, at }) => `${subject.name} ${turn} ${at - sinceMs}`).toSorted()
}

const seen = (found: Awaited<ReturnType<typeof preview>>, sinceMs: number): string[] =>
  found.episodes
    .flatMap(({ subject, firedAt, endedAt }) => [
      `${subject} fired ${Date.parse(firedAt) - sinceMs}`,
      ...(endedAt === null ? [] : [`${subject} cleared ${Date.parse(endedAt) - sinceMs}`]),
    ])
    .toSorted()

function worldOf(series: HandSeries[], events: readonly Event[] = []): World {
  const hand = handRegistry()
  hand.putTarget(target('n1'))
  for (const name of new Set(series.map((one) => one.service ?? '')))
    if (name !== '') hand.putService(service('n1', name))
  return {
    registry: hand.registry,
    metrics: handMetrics(series),
    lines: null,
    events: ({ sinceMs }) => Promise.resolve(events.filter(({ at }) => Date.parse(at) >= sinceMs).toReversed()),
    eventsSince: () => Promise.resolve(start),
    bornAt: start,
  }
}

/** Plateaus of values with gaps between, as readings go. */
const plateaus = fc.array(
  fc.record({
    lengthMs: fc.integer({ min: 10_000, max: 900_000 }),
    value: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.constant(null)),
  }),
  { minLength: 1, maxLength: 25 },
)
function valueIn(steps: readonly { lengthMs: number; value: number | null }[], from: number) {
  return (at: number): number | null => {
    let end = from
    for (const { lengthMs, value } of steps) {
      end += lengthMs
      if (at < end) return value
    }
    return null
  }
}
const windows = fc.constantFrom(10_000, 60_000, 300_000, 600_000)

test('a preview tells what the live evaluator would have told', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(plateaus, { minLength: 1, maxLength: 3 }),
      windows,
      fc.constantFrom('avg', 'max', 'min', 'last', 'p95', undefined),
      fc.constantFrom('above', 'below'),
      fc.integer({ min: 5, max: 95 }),
      fc.option(fc.integer({ min: 1, max: 30 }), { nil: undefined }),
      fc.constantFrom(0, 30_000, 120_000),
      fc.constantFrom(0, 60_000, 240_000),
      async (all, windowMs, aggregate, compare, threshold, slack, forMs, clearAfterMs) => {
        const from = start - hourMs
        const world = worldOf(
          all.map((steps, index) => ({
            metric: 'cpu.percent',
            serviceId: `n1:s${index}`,
            service: `s${index}`,
            targetId: 'n1',
            valueAt: valueIn(steps, from),
          })),
        )
        const clearAt =
          slack === undefined ? {} : { clearAt: compare === 'above' ? threshold - slack : threshold + slack }
        const rule: AlertRuleSpec = {
          name: 'cpu',
          severity: 'warning',
          where: {},
          condition: {
            kind: 'metric',
            metric: 'cpu.percent',
            ...(aggregate ? { aggregate } : {}),
            windowMs,
            compare,
            threshold,
            ...clearAt,
          },
          forMs,
          clearAfterMs,
        }
        const untilMs = start + 2 * hourMs
        const told = await live(rule, world, start, untilMs)
        const found = await preview({ world, now: () => untilMs }, rule, untilMs - start)
        expect(seen(found, start)).toEqual(told)
        expect(found.fired).toBe(told.filter((line) => line.includes('fired')).length)
      },
    ),
    { numRuns: 60, endOnFailure: true },
  )
}, 120_000)

test('so does one of a change, of a forecast, and of events', async () => {
  const steps = fc.sample(plateaus, { numRuns: 12, seed: 7 })
  for (const [index, one] of steps.entries()) {
    const world = worldOf([
      { metric: 'm', serviceId: 'n1:web', service: 'web', targetId: 'n1', valueAt: valueIn(one, start - hourMs) },
    ])
    const conditions: AlertRuleSpec['condition'][] = [
      {
        kind: 'change',
        metric: 'm',
        windowMs: 60_000,
        beforeMs: 600_000,
        compare: index % 2 === 0 ? 'above' : 'below',
        percent: index % 2 === 0 ? 30 : -30,
      },
      { kind: 'forecast', metric: 'm', windowMs: 600_000, withinMs: hourMs, compare: 'above', threshold: 90 },
    ]
    for (const condition of conditions) {
      const rule: AlertRuleSpec = { name: 'r', severity: 'info', where: {}, condition, forMs: 30_000 }
      const untilMs = start + 2 * hourMs
      const found = await preview({ world, now: () => untilMs }, rule, untilMs - start)
      expect(seen(found, start)).toEqual(await live(rule, world, start, untilMs))
    }
  }
  const events = fc
    .sample(fc.record({ after: fc.integer({ min: 0, max: 7_200 }), ends: fc.boolean() }), { numRuns: 40, seed: 3 })
    .map(({ after, ends }, index): Event => ({
      id: `e${index}`,
      type: ends ? 'service.started' : 'service.failed',
      at: new Date(start + after * 1000).toISOString(),
      severity: 'error',
      message: 'web failed.',
      actor: null,
      targetId: 'n1',
      serviceId: 'n1:web',
      serviceName: 'web',
      stack: null,
      data: {},
    }))
    .toSorted((a, b) => a.at.localeCompare(b.at))
  for (const until of [undefined, ['service.started']]) {
    const condition = {
      kind: 'event' as const,
      types: ['service.failed'],
      windowMs: 300_000,
      atLeast: 2,
      ...(until ? { until } : {}),
    }
    const rule: AlertRuleSpec = { name: 'r', severity: 'info', where: {}, condition }
    const untilMs = start + 2 * hourMs
    const found = await preview({ world: worldOf([], events), now: () => untilMs }, rule, untilMs - start)
    expect(seen(found, start)).toEqual(await live(rule, worldOf([], events), start, untilMs, events))
    expect(found.fired).toBeGreaterThan(0)
  }
})

test('a rule that tells too much is called noisy, and another threshold is suggested', async () => {
  // Every ten minutes to 80, and twice a day to 97.
  const valueAt = (at: number): number => {
    const minute = Math.floor((at - start) / 60_000)
    if (minute % 720 < 6) return 97
    return minute % 60 < 6 ? 80 : 20
  }
  const world = worldOf([{ metric: 'cpu.percent', serviceId: 'n1:web', service: 'web', targetId: 'n1', valueAt }])
  const rule: AlertRuleSpec = {
    name: 'cpu',
    severity: 'warning',
    where: {},
    condition: { kind: 'metric', metric: 'cpu.percent', windowMs: 60_000, compare: 'above', threshold: 70 },
  }
  const untilMs = start + 24 * hourMs
  const found = await preview({ world, now: () => untilMs }, rule, 24 * hourMs)
  expect(found).toMatchObject({ fired: 24, noisy: true, now: [{ subject: 'web', holds: false }] })
  expect(found.suggestion).toMatch(/^Above \d+ % it would have fired (not at all|once|\d times)\.$/)
  expect(found.limits).toEqual([])
})

test('one query looks at everything', async () => {
  const series = Array.from({ length: 150 }, (_, index): HandSeries => ({
    metric: 'cpu.percent',
    serviceId: `n1:s${index}`,
    service: `s${index}`,
    targetId: 'n1',
    valueAt: () => 99,
  }))
  const world = worldOf(series)
  const rule: AlertRuleSpec = {
    name: 'cpu',
    severity: 'warning',
    where: {},
    condition: { kind: 'metric', metric: 'cpu.percent', windowMs: 60_000, compare: 'above', threshold: 70 },
  }
  const told = await live(rule, world, start, start)
  expect(told).toHaveLength(150)
  expect((world.metrics as unknown as { queries: unknown[] }).queries).toHaveLength(1)
})
