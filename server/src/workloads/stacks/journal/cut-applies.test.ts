import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Failure, type Job } from '@wheelhouse/contract'
import { createMemoryJobStore, type JobRecord } from '@wheelhouse/platform/jobs'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { StandInSwarm } from '../../../../../test/docker/stand-in-swarm.ts'
import { admin, by, openStacks } from '../testing/stack-room.ts'

const patience = { timeout: 60_000, interval: 20 }
type Stacks = Awaited<ReturnType<typeof openStacks>>

/** One Swarm in memory, and control planes that end and start again over the same data. */
let cluster: StandInSwarm
let stacks: Stacks
let kept: { folder: string; store: ReturnType<typeof createMemoryJobStore> }
/** Every record of a job, newest last: the store has no list. */
let seen: Map<string, JobRecord>

async function start(waitMs = 30_000): Promise<void> {
  stacks = await openStacks([[cluster.driver(), 'swarm://one']], { waitMs, kept })
  await vi.waitFor(() => expect(stacks.registry.mirror('swarm').target().state).toBe('connected'), patience)
  await vi.waitFor(() => expect(stacks.registry.mirror('swarm').cluster?.sight).toBeTruthy(), patience)
}
beforeEach(async () => {
  cluster = new StandInSwarm()
  const store = createMemoryJobStore()
  seen = new Map()
  kept = {
    folder: mkdtempSync(join(tmpdir(), 'wh-cut-applies-')),
    store: { ...store, save: (job) => (seen.set(job.id, job), store.save(job)) },
  }
  await start()
})
afterEach(async () => {
  await stacks.close()
  rmSync(kept.folder, { recursive: true, force: true })
})

const source = (web: string, worker: string): string => `
name: shop
services:
  web: { image: "${web}", secrets: [token] }
  worker: { image: "${worker}", depends_on: [web] }
secrets: { token: { file: token.txt } }
`
const extra = (token: string) => ({ files: { 'token.txt': token }, directory: '/srv/shop' })
const apply = (web: string, worker: string, token: string): Promise<Job> =>
  stacks.apply(source(web, worker), extra(token))
const images = (): string[] =>
  [...cluster.services.values()].map(({ Spec }) => Spec.TaskTemplate.ContainerSpec?.Image ?? '').sort()
const secrets = (): string[] => [...cluster.values.values()].toSorted()
const goneOn = (): Promise<JobRecord> =>
  vi.waitFor(() => {
    const job = [...seen.values()].find(({ kind }) => kind === 'stacks.go-on')
    expect(job?.finishedAt).toBeTruthy()
    return job!
  }, patience)

/** Begins an apply, and ends the control plane as soon as the step runs. */
async function cutAt(step: string, web: string, worker: string, token: string): Promise<string> {
  const { id } = await stacks.handlers.apply.run({ source: source(web, worker), ...extra(token) }, by(admin))
  await vi.waitFor(async () => {
    const job = await stacks.jobs.get(id)
    expect(job?.steps.find(({ name, state }) => name === step && state === 'running')).toBeTruthy()
    // Not only said: it has been done.
    if (!step.endsWith(' back')) expect(images().some((image) => image === web)).toBe(true)
  }, patience)
  await stacks.close(0)
  expect(seen.get(id)).toMatchObject({ state: 'failed', error: { errorCode: 'INTERRUPTED' } })
  return id
}
const revisions = async () => (await stacks.handlers.revisions({ id: 'swarm:shop' }, by(admin))).items

test('what was cut off is gone on with: what was sent already is followed, and the rest is done', async () => {
  expect((await apply('web:1', 'worker:1', 'one')).error).toBeNull()
  await cutAt('web', 'stuck:2', 'worker:2', 'two')
  // The Swarm goes on by itself meanwhile: what it waited for has come.
  cluster.comesUp('stuck:2')
  await start()
  expect((await goneOn()).error).toBeNull()
  expect(images()).toEqual(['stuck:2', 'worker:2'])
  expect((await revisions()).map(({ state, current }) => [state, current])).toEqual([
    ['applied', true],
    ['applied', false],
  ])
  expect(stacks.events.map(({ type }) => type)).toEqual(['stack.applied'])
  expect((await apply('stuck:2', 'worker:2', 'two')).result).toMatchObject({ counts: { keep: 2 } })
})

test('when it cannot be brought to its end, all of it goes back, also what was done before it was cut off', async () => {
  expect((await apply('web:1', 'worker:1', 'one')).error).toBeNull()
  await cutAt('worker', 'web:2', 'stuck:2', 'two')
  expect(secrets()).toEqual(['one', 'two'])
  await start(400)
  const job = await goneOn()
  expect(job.error).toMatchObject({ errorCode: 'TIMED_OUT', message: expect.stringContaining('All of shop is back') })
  expect(images()).toEqual(['web:1', 'worker:1'])
  expect([...cluster.secrets.values()]).toHaveLength(1)
  expect((await revisions()).map(({ state, current }) => [state, current])).toEqual([
    ['failed', false],
    ['applied', true],
  ])
  // And nothing is left to go on with.
  expect(
    await stacks.database.db
      .withTables<{ stackApplies: { stackId: string } }>()
      .selectFrom('stackApplies')
      .select('stackId')
      .execute(),
  ).toEqual([])
})

test('what was cut off while it went back goes on going back, and says why it had to', async () => {
  expect((await apply('web:1', 'worker:1', 'one')).error).toBeNull()
  const { putBack } = cluster
  cluster.putBack = (name, ...rest) =>
    name === 'shop_web' ? Promise.withResolvers<never>().promise : putBack(name, ...rest)
  await stacks.close()
  await start(400)
  await cutAt('web back', 'web:2', 'stuck:2', 'two')
  cluster.putBack = putBack
  expect(images()).toEqual(['web:2', 'worker:1'])
  await start()
  const job = await goneOn()
  expect(job.title).toBe('Put back shop on the-swarm, which was cut off')
  expect(job.error?.message).toMatch(/shop_worker: stalled.*All of shop is back to what it was/)
  expect(job.steps.map(({ name }) => name)).toEqual(
    ['web back', 'secret shop_token-x back'].map((name) => expect.stringMatching(name.replace('-x', '-[0-9a-f]{10}'))),
  )
  expect(images()).toEqual(['web:1', 'worker:1'])
})

test('an apply that is asked for meanwhile waits until what was cut off has ended', async () => {
  await cutAt('worker', 'web:1', 'stuck:1', 'one')
  await start(400)
  await vi.waitFor(() => expect([...seen.values()].map(({ kind }) => kind)).toContain('stacks.go-on'), patience)
  const again = await apply('web:1', 'worker:1', 'one')
  expect(again.error).toBeNull()
  expect((await goneOn()).state).toBe('failed')
  expect(images()).toEqual(['web:1', 'worker:1'])
})

test('a removal that was cut off is gone on with, and one that was refused is not', async () => {
  const removals = () =>
    stacks.database.db
      .withTables<{ stackRemovals: { stackId: string } }>()
      .selectFrom('stackRemovals')
      .select('stackId')
      .execute()
  const remove = async (): Promise<string> => (await stacks.handlers.remove.run({ id: 'swarm:shop' }, by(admin))).id
  expect((await apply('web:1', 'worker:1', 'one')).error).toBeNull()
  const { removeObject } = cluster
  cluster.removeObject = () => Promise.reject(new Failure('TARGET_REFUSED', 'Not now.'))
  const refused = await remove()
  await vi.waitFor(() => expect(seen.get(refused)?.error?.errorCode).toBe('TARGET_REFUSED'), patience)
  expect(await removals()).toEqual([])

  expect((await apply('web:1', 'worker:1', 'one')).error).toBeNull()
  cluster.removeObject = () => Promise.withResolvers<never>().promise
  const id = await remove()
  await vi.waitFor(
    () =>
      expect(seen.get(id)?.steps.some(({ name, state }) => name.startsWith('secret') && state === 'running')).toBe(
        true,
      ),
    patience,
  )
  await stacks.close(0)
  expect(seen.get(id)).toMatchObject({ state: 'failed', error: { errorCode: 'INTERRUPTED' } })
  cluster.removeObject = removeObject
  await start()
  await vi.waitFor(() => {
    const again = [...seen.values()].find(({ title }) => title.startsWith('Go on removing shop'))
    expect(again).toMatchObject({ state: 'succeeded' })
  }, patience)
  expect([...cluster.services, ...cluster.secrets]).toEqual([])
  expect(await removals()).toEqual([])
  await expect(stacks.handlers.get({ id: 'swarm:shop' }, by(admin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
