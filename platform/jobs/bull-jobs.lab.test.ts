import { setTimeout as delay } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { createLog } from '../log/index.ts'
import { jobsConformance } from './conformance.ts'
import { createBullJobs } from './bull-jobs.ts'
import { createMemoryJobStore } from './index.ts'

const log = createLog({ level: 'silent', pretty: false })

suite('bullmq jobs', ['redis'], () => {
  const run = crypto.randomUUID()
  const open = async (store = createMemoryJobStore(), space = 'x') =>
    createBullJobs({ url: where('redis'), prefix: `test-${run}:${space}:`, log, store })
  jobsConformance(open)

  it('shares work between instances, keeps keys apart, and cancels across them', async () => {
    const store = createMemoryJobStore()
    const instances = [await open(store, 'shared'), await open(store, 'shared')]
    const ran: number[] = []
    let [now, most] = [0, 0]
    for (const [index, instance] of instances.entries()) {
      const work = async () => {
        now += 1
        most = Math.max(most, now)
        ran.push(index)
        await delay(5)
        now -= 1
        return null
      }
      instance.define('keyed', work, { concurrency: 2 })
      instance.define('endless', (_data, { signal }) => {
        return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
      })
      await instance.start()
    }
    const [one, two] = instances
    if (!one || !two) return
    const by = { title: 'Test', requestedBy: 'tester' }
    const until = async (id: string, state: string) => {
      while ((await store.get(id))?.state !== state) await delay(5)
    }
    const keyed = []
    for (let n = 0; n < 12; n += 1) keyed.push(await one.enqueue('keyed', {}, { ...by, key: 'k' }))
    await Promise.all(keyed.map(({ id }) => until(id, 'succeeded')))
    expect([ran.length, most]).toEqual([12, 1])
    const endless = await Promise.all(Array.from({ length: 4 }, () => one.enqueue('endless', {}, by)))
    for (const { id } of endless) await until(id, 'running')
    for (const { id } of endless) expect(await two.cancel(id)).toBe(true)
    for (const { id } of endless) await until(id, 'cancelled')
    await Promise.all(instances.map((instance) => instance.close(0)))
  })
})
