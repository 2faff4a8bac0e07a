import { DatabaseSync } from 'node:sqlite'
import type { Client } from '@wheelhouse/client'
import type { Deployment } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type ControlPlane, signIn, until, Yard } from '../control-plane.ts'
import { command, holdBefore } from './failures.ts'
import { noOrphans } from './orphans.ts'
import { Puppet } from './puppet.ts'
import { ended, patienceMs, Stack, told } from './stack.ts'

const yard = new Yard()
const folder = yard.folder()
let puppet: Puppet
let plane: ControlPlane
let admin: Client
let url: string

const up = async (): Promise<void> => void ({ plane, admin, url } = await yard.admin(`${folder}/data`))
beforeAll(async () => {
  puppet = await Puppet.open()
  await up()
}, 120_000)
afterAll(async () => {
  puppet.close()
  await yard.sweep()
})

const get = (id: string): Promise<Deployment> => admin.deployments.get({ id })
const start = async (stack: Stack): Promise<string> =>
  (await admin.deployments.start({ directory: stack.directory })).id
async function ends(id: string, state: Deployment['state']): Promise<Deployment> {
  const run = await ended(() => admin, id)
  expect(run.state, told(run)).toBe(state)
  return run
}
async function deployed(name: string): Promise<Stack> {
  const stack = await Stack.make(folder, name, 'rolling', puppet)
  stack.write('first')
  await ends(await start(stack), 'succeeded')
  return stack
}

test('five runs of one stack go one after the other, and hold up no other stack', { timeout: 240_000 }, async () => {
  const stack = await Stack.make(folder, 'busy', 'rolling', puppet)
  const other = await Stack.make(folder, 'other', 'rolling', puppet)
  stack.write('first', (draft) => holdBefore(draft, stack, 'config'))
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push(await start(stack))
  await stack.hasBegun('hold')
  const queued = await until(async () => {
    const all = await Promise.all(ids.slice(1).map(get))
    return all.every(({ queue }) => queue?.reason.includes('hold')) ? all : null
  }, patienceMs)
  expect(queued.map(({ state }) => state)).toEqual(Array(4).fill('queued'))
  expect(queued.map(({ queue }) => queue?.position)).toEqual([1, 2, 3, 4])
  expect(queued[0]?.queue?.reason).toBe('run 1 of admin is at hold')

  other.write('only')
  await ends(await start(other), 'succeeded')
  expect((await get(ids[0]!)).state).toBe('running')

  // One that waits is dropped, and those behind it move up.
  expect((await admin.deployments.cancel({ id: ids[2]! })).state).toBe('cancelled')
  expect((await get(ids[2]!)).outcome?.summary).toBe('admin cancelled it while it waited. Nothing was changed.')
  await until(async () => ((await get(ids[4]!)).queue?.position === 3 ? true : null), patienceMs)

  stack.turn('hold')
  const runs: Deployment[] = []
  for (const id of ids) runs.push(await ends(id, id === ids[2] ? 'cancelled' : 'succeeded'))
  const done = runs.filter(({ state }) => state === 'succeeded')
  for (const [index, run] of done.entries())
    if (index > 0) expect(Date.parse(run.startedAt!)).toBeGreaterThanOrEqual(Date.parse(done[index - 1]!.finishedAt!))
  expect(done.map(({ number }) => number)).toEqual([1, 2, 4, 5])
})

test('the queue survives kill -9', { timeout: 240_000 }, async () => {
  const stack = await deployed('kept')
  stack.write('second', (draft) => holdBefore(draft, stack, 'config'))
  const ids = [await start(stack), await start(stack), await start(stack)]
  await stack.hasBegun('hold')
  await plane.stop('SIGKILL')
  stack.turn('hold')
  await up()
  for (const id of ids) await ends(id, 'succeeded')
})

test('a running one is cancelled: undone, and true', { timeout: 240_000 }, async () => {
  const stack = await deployed('stopped')
  const before = await stack.stand(admin)
  stack.write('second', (draft) => holdBefore(draft, stack, 'verify'))
  const id = await start(stack)
  await stack.hasBegun('hold')
  expect(await stack.answer('web')).toBe('200 second hello-second')
  await admin.deployments.cancel({ id })
  const run = await ends(id, 'cancelled')
  expect(run.outcome).toMatchObject({
    summary: 'admin cancelled it. Release 1 serves as before.',
    stage: 'hold',
    error: { errorCode: 'CANCELLED' },
    notUndone: [],
  })
  expect(await stack.stand(admin)).toEqual(before)
  await noOrphans(admin, folder, plane.pid)
  await expect(admin.deployments.cancel({ id })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
})

test('a cancel that was asked for is not forgotten when nobody has the run', { timeout: 240_000 }, async () => {
  const stack = await deployed('dropped')
  const before = await stack.stand(admin)
  stack.write('second', (draft) => holdBefore(draft, stack, 'verify'))
  const id = await start(stack)
  await stack.hasBegun('hold')
  await plane.stop('SIGKILL')
  // As it stands when the control plane ends between the request and the act.
  const database = new DatabaseSync(`${folder}/data/wheelhouse.db`, { timeout: 30_000 })
  database.prepare('update deployments set "cancelledBy" = ? where id = ?').run('admin', id)
  database.close()
  await up()
  const run = await ends(id, 'cancelled')
  expect(run.outcome).toMatchObject({ summary: 'admin cancelled it. Release 1 serves as before.', notUndone: [] })
  expect(await stack.stand(admin)).toEqual(before)
})

test(
  'one that is cancelled and killed while it is undone is cancelled all the same',
  { timeout: 240_000 },
  async () => {
    const stack = await deployed('cut')
    const before = await stack.stand(admin)
    stack.write('second', (draft) => {
      draft.pipeline.commands.push({ ...command('own', { before: 'start' }, ['true']), undo: stack.wait('undo') })
      holdBefore(draft, stack, 'verify')
    })
    const id = await start(stack)
    await stack.hasBegun('hold')
    await admin.deployments.cancel({ id })
    await stack.hasBegun('undo')
    await expect(admin.deployments.cancel({ id })).rejects.toMatchObject({ code: 'STATE_CONFLICT' })
    await plane.stop('SIGKILL')
    stack.turn('undo')
    await up()
    await ends(id, 'cancelled')
    expect(await stack.stand(admin)).toEqual(before)
  },
)

test(
  'what waits for approval waits on over kill -9, as often as it may be, and is approved or refused',
  { timeout: 240_000 },
  async () => {
    const stack = await deployed('asked')
    const before = await stack.stand(admin)
    stack.write(
      'second',
      (draft) =>
        (draft.environments = { production: { stack: 'asked', approvals: [{ stage: 'switch', role: 'admin' }] } }),
    )
    const waits = async (id: string): Promise<true> =>
      until(async () => ((await get(id)).state === 'waiting' ? true : null), patienceMs)

    const refused = await start(stack)
    await waits(refused)
    for (let deaths = 0; deaths < 6; deaths++) {
      await plane.stop('SIGKILL')
      await up()
      await waits(refused)
    }
    await admin.users.create({ username: 'dev', password: 'violet kettle 7 harbour', role: 'developer' })
    const developer = await signIn(url, 'dev', 'violet kettle 7 harbour')
    await expect(developer.deployments.decide({ id: refused, approve: true })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    })
    await admin.deployments.decide({ id: refused, approve: false, reason: 'not on a Friday' })
    const run = await ends(refused, 'cancelled')
    expect(run.outcome?.summary).toBe('admin refused it: not on a Friday. Release 1 serves as before.')
    expect(await stack.stand(admin)).toEqual(before)

    const approved = await start(stack)
    await waits(approved)
    await admin.deployments.decide({ id: approved, approve: true })
    await ends(approved, 'succeeded')
    expect(await stack.answer('web')).toBe('200 second hello-second')
  },
)
