import { Problem } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const patience = { timeout: 60_000, interval: 100 }
const code = (error: unknown): string => (error instanceof Problem ? error.code : String(error))

describe('crashes, and the axis they lie on', { timeout: 120_000 }, () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await openTestHouse({ env: { WHEELHOUSE_LOG_HISTORY: 'true' } })
  }, 120_000)
  afterAll(() => house.close(), 60_000)

  const apply = async (name: string, script: string): Promise<void> => {
    const source = `name: ${name}\nservices:\n  web:\n    command: ${JSON.stringify(['sh', '-c', script])}`
    const { id } = await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
    await vi.waitFor(async () => expect((await house.admin.jobs.get({ id })).finishedAt).not.toBeNull(), patience)
  }
  const crashes = async (stack: string) =>
    (await house.admin.crashes.list({ stack }).catch(() => ({ items: [] }))).items
  const words = 'echo "INFO it begins"; echo "ERROR no database"; echo "    at connect (db.js:1)"; sleep 1; exit 3'

  test('tell the last words, the exit, what changed before, and what happened around', async () => {
    await apply('falls', words)
    await expect.poll(async () => (await crashes('falls')).length, patience).toBe(1)
    const [crash] = await crashes('falls')
    expect(crash).toMatchObject({ stack: 'falls', exitCode: 3, outOfMemory: false, count: 1, again: null })
    await expect
      .poll(async () => (await house.admin.crashes.get({ id: crash!.id })).lines.map(({ text }) => text), patience)
      .toEqual(expect.arrayContaining(['ERROR no database', '    at connect (db.js:1)']))
    await expect
      .poll(async () => (await house.admin.crashes.get({ id: crash!.id })).events!.map(({ type }) => type), patience)
      .toContain('service.failed')
    const report = await house.admin.crashes.get({ id: crash!.id })
    expect(report.lines.filter(({ error }) => error).map(({ text }) => text)).toEqual([
      'ERROR no database',
      '    at connect (db.js:1)',
    ])
    expect(report.change).toMatchObject({ deployment: null })
    expect(report.change!.beforeMs).toBeGreaterThanOrEqual(0)
  })

  test('tell the alert that was raised', async () => {
    await house.admin.alertRules.create({
      name: 'falls loudly',
      severity: 'critical',
      where: { stack: 'loud' },
      condition: { kind: 'event', types: ['service.failed'], windowMs: 600_000, atLeast: 1 },
    })
    await apply('loud', 'sleep 0.5; exit 5')
    await expect.poll(async () => (await crashes('loud')).length, patience).toBe(1)
    const [crash] = await crashes('loud')
    const told = async () => (await house.admin.crashes.get({ id: crash!.id })).alerts?.map(({ rule }) => rule)
    await expect.poll(told, patience).toContain('falls loudly')
    const { marks } = await house.admin.timeline.axis({ stack: 'loud', kinds: 'alert' })
    expect(marks.map(({ title }) => title).join(' ')).toContain('falls loudly')
  })

  test('one that runs again under its name leads on to it', async () => {
    const { id } = (await house.admin.services.list({ stack: 'falls' })).items[0]!
    await house.admin.services.remove({ id })
    await apply('falls', 'echo "INFO better now"; while true; do sleep 1; done')
    await expect.poll(async () => (await crashes('falls'))[0]?.again ?? null, patience).not.toBeNull()
    const [crash] = await crashes('falls')
    const last = async () => (await house.admin.crashes.get({ id: crash!.id })).after.at(-1)
    await expect
      .poll(last, patience)
      .toMatchObject({ outcome: 'running', state: 'running', serviceId: crash!.serviceId })
  })

  test('lie on the axis with lives, events and what was applied', async () => {
    const axis = () => house.admin.timeline.axis({ stack: 'falls' })
    // Events are written in batches, a moment after they happened.
    await expect
      .poll(async () => (await axis()).marks.map(({ kind }) => kind), patience)
      .toEqual(expect.arrayContaining(['deployment', 'life', 'crash', 'event']))
    const { marks, hidden, subject } = await axis()
    expect(subject).toMatchObject({ kind: 'stack', name: 'falls' })
    expect(hidden).toEqual([])
    const crash = marks.find(({ kind }) => kind === 'crash')!
    expect(crash.refersTo).toBe((await crashes('falls'))[0]!.id)
    const only = await house.admin.timeline.axis({ stack: 'falls', kinds: 'crash' })
    expect(only.marks).toHaveLength(1)
    const later = await house.admin.timeline.axis({
      stack: 'falls',
      since: new Date(Date.parse(crash.until ?? crash.from) + 1).toISOString(),
      kinds: 'crash',
    })
    expect(later.marks).toEqual([])
  })

  test('an axis of nobody, of nothing, or of no time is refused', async () => {
    expect(await house.admin.timeline.axis({ service: 'nobody' }).catch(code)).toBe('NOT_FOUND')
    expect(await house.admin.timeline.axis({}).catch(code)).toBe('VALIDATION_FAILED')
    expect(await house.admin.timeline.axis({ target: 'local', kinds: 'weather' }).catch(code)).toBe('VALIDATION_FAILED')
    const [since, until] = ['2026-01-02T00:00:00.000Z', '2026-01-01T00:00:00.000Z']
    expect(await house.admin.timeline.axis({ target: 'local', since, until }).catch(code)).toBe('VALIDATION_FAILED')
  })

  test('a comparison says that there is too little, and what it does not tell', async () => {
    const { at, measures, summary, limits } = await house.admin.timeline.compare({ stack: 'falls' })
    expect(Date.parse(at)).toBeLessThanOrEqual(Date.now())
    expect(measures.map(({ verdict }) => verdict)).toContain('too-little')
    expect(summary).not.toBe('')
    expect(limits.join(' ')).toMatch(/min passed since/)
    expect(await house.admin.timeline.compare({ target: 'local' }).catch(code)).toBe('STATE_CONFLICT')
    const week = await house.admin.timeline.compare({ stack: 'falls', against: 'last-week' })
    expect(Date.parse(week.after.since) - Date.parse(week.before.since)).toBe(7 * 86_400_000)
  })

  test('nobody sees a crash of what he may not read', async () => {
    await apply('quiet', 'sleep 0.5; exit 4')
    await expect.poll(async () => (await crashes('quiet')).length, patience).toBe(1)
    const other = (await house.admin.services.list({ stack: 'falls' })).items[0]!
    await house.admin.users.create({
      username: 'narrow',
      password: 'correct-horse-battery',
      role: 'viewer',
      reach: 'granted',
      grants: [{ on: 'service', id: other.id, role: 'viewer' }],
    })
    const { client } = await house.signIn('narrow', 'correct-horse-battery')
    const [hidden] = await crashes('quiet')
    expect((await client.crashes.list({})).items.map(({ stack }) => stack)).not.toContain('quiet')
    expect(await client.crashes.get({ id: hidden!.id }).catch(code)).toBe('NOT_FOUND')
    expect(await client.timeline.axis({ target: 'local' }).catch(code)).toBe('NOT_FOUND')
    expect(await client.timeline.axis({ service: hidden!.serviceId }).catch(code)).toBe('NOT_FOUND')
    expect(await client.timeline.axis({ stack: 'quiet' }).catch(code)).toBe('NOT_FOUND')
  })
})
