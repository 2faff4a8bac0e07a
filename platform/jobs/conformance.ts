import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type JobHandler, type JobRecord, type Jobs, type JobStore, createMemoryJobStore } from './index.ts'

const by = { title: 'Test', requestedBy: 'tester' }

/** What all jobs must do alike. `open` gives an instance over that store; `space` keeps the suites and restarts apart. */
export function jobsConformance(open: (store: JobStore, space: string) => Promise<Jobs>): void {
  const store = createMemoryJobStore()
  let jobs: Jobs
  const handlers = new Map<string, JobHandler>()
  const kinds = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

  beforeAll(async () => {
    jobs = await open(store, 'main')
    for (const kind of kinds) {
      jobs.define(kind, async (data, context) => (await handlers.get(kind)?.(data, context)) ?? null, {
        concurrency: 3,
      })
    }
    await jobs.start()
  })
  afterAll(() => jobs.close(0))

  async function until(id: string, test: (job: JobRecord) => boolean, of = jobs): Promise<JobRecord> {
    for (;;) {
      const job = await of.get(id)
      if (job && test(job)) return job
      await delay(5)
    }
  }
  const ended = (id: string, of = jobs) => until(id, (job) => job.finishedAt !== null, of)

  it('runs a job to its result, with progress and steps', async () => {
    handlers.set('one', async (data, context) => {
      context.step('pull', 'running')
      context.progress(0.5, 'Pulling')
      context.step('pull', 'done', '3 layers')
      context.step('start', 'skipped')
      return { doubled: Number(data.n) * 2, attempt: context.job.attempt }
    })
    const told: JobRecord[] = []
    const stop = jobs.onChange((job) => told.push(job))
    const queued = await jobs.enqueue('one', { n: 21 }, by)
    expect(queued).toMatchObject({ state: 'queued', kind: 'one', title: 'Test', requestedBy: 'tester', attempt: 0 })
    const job = await ended(queued.id)
    expect(job).toMatchObject({ state: 'succeeded', progress: 1, result: { doubled: 42, attempt: 1 }, error: null })
    expect(job.steps).toMatchObject([
      { name: 'pull', state: 'done', message: '3 layers' },
      { name: 'start', state: 'skipped' },
    ])
    expect(job.steps[0]?.tookMs).toBeGreaterThanOrEqual(0)
    stop()
    const states = told.filter((change) => change.id === job.id).map((change) => change.state)
    expect([states[0], states.at(-1)]).toEqual(['queued', 'succeeded'])
  })

  it('keeps the code of an error, and knows the others as INTERNAL', async () => {
    handlers.set('two', async (data) => {
      throw data.code ? Object.assign(new Error('no room'), { code: data.code }) : new Error('broken')
    })
    const withCode = await ended((await jobs.enqueue('two', { code: 'NO_ROOM' }, by)).id)
    expect(withCode).toMatchObject({ state: 'failed', error: { errorCode: 'NO_ROOM', message: 'no room' } })
    const without = await ended((await jobs.enqueue('two', {}, by)).id)
    expect(without).toMatchObject({ state: 'failed', error: { errorCode: 'INTERNAL', message: 'broken' } })
    await expect(jobs.enqueue('unknown', {}, by)).rejects.toThrow('No job of the kind unknown')
  })

  it('tries again after a pause, as often as told', async () => {
    handlers.set('three', async (_data, context) => {
      if (context.job.attempt < 3) throw new Error('not yet')
      return { attempt: context.job.attempt }
    })
    const enough = await jobs.enqueue('three', {}, { ...by, attempts: 3, backoffMs: 5 })
    expect(await ended(enough.id)).toMatchObject({ state: 'succeeded', attempt: 3, result: { attempt: 3 } })
    const tooFew = await jobs.enqueue('three', {}, { ...by, attempts: 2, backoffMs: 5 })
    expect(await ended(tooFew.id)).toMatchObject({ state: 'failed', attempt: 2 })
  })

  it('cancels what runs and what waits, once', async () => {
    handlers.set(
      'four',
      (_data, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const { id } = await jobs.enqueue('four', {}, by)
    await until(id, (job) => job.state === 'running')
    expect(await jobs.cancel(id)).toBe(true)
    expect(await ended(id)).toMatchObject({ state: 'cancelled', error: null })
    expect(await jobs.cancel(id)).toBe(false)
    const waiting = await jobs.enqueue('four', {}, { ...by, delayMs: 60_000 })
    expect(await jobs.cancel(waiting.id)).toBe(true)
    expect(await jobs.get(waiting.id)).toMatchObject({ state: 'cancelled', attempt: 0 })
    expect(await jobs.cancel('no-such-job')).toBe(false)
  })

  it('stops what takes too long', async () => {
    handlers.set(
      'five',
      (_data, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    const { id } = await jobs.enqueue('five', {}, { ...by, timeoutMs: 20 })
    expect(await ended(id)).toMatchObject({ state: 'failed', error: { errorCode: 'TIMED_OUT' } })
  })

  it('runs those of one key one after the other, in order, others beside them', async () => {
    const order: unknown[] = []
    let [now, most] = [0, 0]
    handlers.set('six', async (data) => {
      now += 1
      most = Math.max(most, now)
      await delay(10)
      order.push(data.n)
      now -= 1
      return null
    })
    const keyed = []
    for (let n = 0; n < 5; n += 1) keyed.push(await jobs.enqueue('six', { n }, { ...by, key: 'same' }))
    await Promise.all(keyed.map((job) => ended(job.id)))
    expect(order).toEqual([0, 1, 2, 3, 4])
    expect(most).toBe(1)
    const gate = Promise.withResolvers<void>()
    let together = 0
    handlers.set('six', async () => {
      together += 1
      if (together === 3) gate.resolve()
      await gate.promise
      return null
    })
    const free = await Promise.all(['a', 'b', 'c'].map((key) => jobs.enqueue('six', {}, { ...by, key })))
    for (const job of free) expect(await ended(job.id)).toMatchObject({ state: 'succeeded' })
  })

  it('retries what failed or was cancelled, and nothing else', async () => {
    let fails = true
    handlers.set('seven', async () => {
      if (fails) throw new Error('broken')
      return { ok: true }
    })
    const { id } = await jobs.enqueue('seven', { n: 1 }, by)
    await ended(id)
    fails = false
    expect(await jobs.retry(id)).toMatchObject({ id, state: 'queued', attempt: 0, error: null, finishedAt: null })
    expect(await until(id, (job) => job.state === 'succeeded')).toMatchObject({ result: { ok: true }, attempt: 1 })
    expect(await jobs.retry(id)).toBeNull()
    expect(await jobs.retry('no-such-job')).toBeNull()
  })

  it('runs a delayed job, and no more of a kind at once than told', async () => {
    let [now, most] = [0, 0]
    handlers.set('eight', async () => {
      now += 1
      most = Math.max(most, now)
      await delay(10)
      now -= 1
      return null
    })
    const many = await Promise.all(Array.from({ length: 9 }, () => jobs.enqueue('eight', {}, { ...by, delayMs: 10 })))
    for (const job of many) expect(await ended(job.id)).toMatchObject({ state: 'succeeded' })
    expect(most).toBeLessThanOrEqual(3)
  })

  it('after a restart fails what was running and runs what was queued', async () => {
    const left = createMemoryJobStore()
    const before = await open(left, 'restart')
    before.define('nine', async () => null)
    const queued = await before.enqueue('nine', {}, by)
    const running: JobRecord = {
      ...queued,
      id: 'was-running',
      state: 'running',
      attempt: 1,
      heartbeatAt: '2020-01-01T00:00:00.000Z',
    }
    await left.save(running)
    await before.close(0)
    const after = await open(left, 'restart')
    after.define('nine', async () => ({ ran: true }))
    await after.start()
    expect(await after.get('was-running')).toMatchObject({ state: 'failed', error: { errorCode: 'INTERRUPTED' } })
    expect((await after.get('was-running'))?.message).toContain('retry')
    expect(await ended(queued.id, after)).toMatchObject({ state: 'succeeded', result: { ran: true } })
    await after.close(0)
  })

  it('on close waits for what runs, then interrupts it', async () => {
    const left = createMemoryJobStore()
    const closing = await open(left, 'close')
    closing.define('patient', async () => {
      await delay(30)
      return null
    })
    closing.define(
      'endless',
      (_data, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    )
    await closing.start()
    const patient = await closing.enqueue('patient', {}, by)
    const endless = await closing.enqueue('endless', {}, by)
    for (const { id } of [patient, endless]) await until(id, (job) => job.state !== 'queued', closing)
    await closing.close(300)
    expect(await left.get(patient.id)).toMatchObject({ state: 'succeeded' })
    expect(await left.get(endless.id)).toMatchObject({ state: 'failed', error: { errorCode: 'INTERRUPTED' } })
  })
}
