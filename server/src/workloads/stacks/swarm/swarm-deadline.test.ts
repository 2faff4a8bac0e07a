import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { StandInSwarm } from '../../../../../test/docker/stand-in-swarm.ts'
import { admin, by, openStacks } from '../testing/stack-room.ts'

let cluster: StandInSwarm
let stacks: Awaited<ReturnType<typeof openStacks>>
beforeAll(async () => {
  cluster = new StandInSwarm()
  stacks = await openStacks([[cluster.driver(), 'swarm://one']], { waitMs: 400 })
  await vi.waitFor(() => expect(stacks.registry.mirror('swarm').cluster?.sight).toBeTruthy(), 60_000)
  await vi.waitFor(() => expect(stacks.registry.mirror('swarm').target().state).toBe('connected'), 60_000)
})
afterAll(() => stacks.close())

const source = (web: string, worker: string): string => `
name: shop
services:
  web: { image: "${web}" }
  worker: { image: "${worker}", depends_on: [web] }
`
const images = (): string[] =>
  [...cluster.services.values()].map(({ Spec }) => Spec.TaskTemplate.ContainerSpec?.Image ?? '').sort()

test('without an engine beside it a Swarm need not be named, and a Compose file is read for it', async () => {
  const plan = await stacks.plan(source('web:1', 'worker:1'))
  expect(plan.targetId).toBe('swarm')
  expect((await stacks.apply(source('web:1', 'worker:1'))).error).toBeNull()
  expect(images()).toEqual(['web:1', 'worker:1'])
})

test('our own deadline ends the waiting for a task that cannot start, and the whole stack goes back', async () => {
  const job = await stacks.apply(source('web:2', 'stuck:2'))
  expect(job).toMatchObject({ state: 'failed', error: { errorCode: 'TIMED_OUT' } })
  expect(images()).toEqual(['web:1', 'worker:1'])
  expect(job.steps.filter(({ name }) => name.endsWith(' back')).map(({ name, state }) => `${name}: ${state}`)).toEqual([
    'worker back: done',
    'web back: done',
  ])
  expect(stacks.events.at(-1)).toMatchObject({ type: 'stack.failed' })
})

test('a job that is told to stop puts back what it had begun', async () => {
  const begun = await stacks.handlers.apply.run({ source: source('stuck:3', 'worker:3') }, by(admin))
  await vi.waitFor(() => expect(images()).toContain('stuck:3'), 60_000)
  await stacks.jobs.cancel(begun.id)
  await vi.waitFor(async () => expect((await stacks.jobs.get(begun.id))?.finishedAt).toBeTruthy(), 60_000)
  expect(images()).toEqual(['web:1', 'worker:1'])
})

test('one service that cannot be put back is named, and the others go back all the same', async () => {
  const putBack = cluster.putBack
  cluster.putBack = (name, before, options) =>
    name === 'shop_worker' ? Promise.reject(new Error('the manager is lost')) : putBack(name, before, options)
  const job = await stacks.apply(source('web:4', 'stuck:4'))
  cluster.putBack = putBack
  expect(job.error?.message).toContain('These could not be put back: worker.')
  expect(images()).toEqual(['stuck:4', 'web:1'])
})
