import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Failure } from '@wheelhouse/contract'
import { admin, BackupBench, by, viewer } from './testing/backup-bench.ts'

describe('operations on backups', () => {
  let bench: BackupBench
  let env: string
  beforeEach(async () => {
    bench = await new BackupBench().open()
    env = bench.file('shop/.env', 'KEY=older\n')
    bench.planFor = (input) =>
      Promise.resolve(
        bench.plan({
          environment: input.environment ?? 'production',
          apps: [{ app: 'api', path: env, name: '.env' }],
          createdBy: 'somebody else',
        }),
      )
    await bench.jobs.start()
  })
  afterEach(() => bench.destroy())

  const handlers = () => bench.backups.handlers
  const directory = '/srv/shop'
  async function made(environment?: string): Promise<string> {
    const job = await handlers().create.run({ directory, environment }, by(admin))
    expect(await bench.ended(job.id)).toMatchObject({ state: 'succeeded' })
    const [newest] = (await handlers().list({}, by(admin))).items
    return newest!.id
  }

  it('asks for the permission, of everyone, in every verb', async () => {
    const id = await made()
    const context = by(viewer)
    const refused = { code: 'FORBIDDEN' }
    const { create, restore, drill, cleanup, remove, list, get, verify } = handlers()
    for (const { plan, run } of [create] as const) {
      await expect(plan({ directory }, context)).rejects.toMatchObject(refused)
      await expect(run({ directory }, context)).rejects.toMatchObject(refused)
    }
    for (const { plan, run } of [restore, remove] as const) {
      await expect(plan({ id }, context)).rejects.toMatchObject(refused)
      await expect(run({ id }, context)).rejects.toMatchObject(refused)
    }
    await expect(cleanup.run({}, context)).rejects.toMatchObject(refused)
    await expect(cleanup.plan({}, context)).rejects.toMatchObject(refused)
    await expect(drill({ id }, context)).rejects.toMatchObject(refused)
    expect((await list({}, context)).total).toBe(1)
    expect(await get({ id }, context)).toMatchObject({ id })
    expect(await verify({ id }, context)).toMatchObject({ ok: true })
    const nobody = by({ ...admin, authority: { role: 'viewer', reach: [], grants: [], limits: [] } as never })
    await expect(list({}, nobody)).rejects.toMatchObject(refused)
  })

  it('makes and restores by jobs with steps, and writes down who did it', async () => {
    const notes: unknown[] = []
    const context = by(admin, (note) => notes.push(note))
    const job = await handlers().create.run({ directory, description: 'mine' }, context)
    const done = await bench.ended(job.id)
    expect(done).toMatchObject({ state: 'succeeded', progress: 1, requestedBy: 'mara' })
    expect(done.steps).toMatchObject([{ name: `Backing up ${env}`, state: 'done' }])
    const id = String(done.result?.backupId)
    expect(await handlers().get({ id }, by(admin))).toMatchObject({ description: 'mine', createdBy: 'mara' })

    bench.file('shop/.env', 'KEY=newer\n')
    const plan = await handlers().restore.plan({ id }, by(admin))
    expect(plan.steps).toMatchObject([{ verb: 'replace', kind: 'file', name: env }])
    const restoring = await handlers().restore.run({ id }, context)
    expect(await bench.ended(restoring.id)).toMatchObject({ state: 'succeeded' })
    expect(readFileSync(env, 'utf8')).toBe('KEY=older\n')
    expect(notes).toMatchObject([{ resource: `backup:${id}` }, { resource: `backup:${id}` }])
    expect(bench.events.map((event) => event.type)).toEqual(['backup.created', 'backup.restored'])
    expect(bench.events.at(-1)).toMatchObject({ actor: 'mara' })
  })

  it('a plan changes nothing', async () => {
    const plan = await handlers().create.plan({ directory }, by(admin))
    expect(plan).toMatchObject({ counts: { create: 1 }, steps: [{ name: env, reasons: ['of api', 'encrypted'] }] })
    expect((await handlers().list({}, by(admin))).total).toBe(0)
    await expect(handlers().cleanup.plan({}, by(admin))).resolves.toMatchObject({ counts: {} })
  })

  it('cancelling the job ends the backup and leaves nothing', async () => {
    const before = bench.planFor
    bench.planFor = async (input, caller) => ({
      ...(await before(input, caller)),
      configs: [{ path: env, name: 'env' }],
      files: [{ path: join(bench.folder, 'endless'), name: 'endless' }],
    })
    // A folder large enough that it is still being read.
    for (let n = 0; n < 20; n += 1)
      bench.file(`endless/${n}`, crypto.getRandomValues(Buffer.alloc(65_536)).toString('hex').repeat(50))
    const job = await handlers().create.run({ directory }, by(admin))
    while (!(await bench.jobs.get(job.id))?.steps.some((step) => step.name.includes('endless'))) {
      await new Promise((again) => setTimeout(again, 2))
    }
    await bench.jobs.cancel(job.id)
    expect(await bench.ended(job.id)).toMatchObject({ state: 'cancelled' })
    expect(readdirSync(join(bench.folder, 'backups'))).toEqual([])
    expect((await handlers().list({}, by(admin))).items).toMatchObject([{ state: 'failed' }])
  })

  it('one that is cancelled while it waits is failed, and not running for ever', async () => {
    const gate = Promise.withResolvers<null>()
    bench.jobs.define('wait', () => gate.promise)
    const key = 'backups:shop:production'
    await bench.jobs.enqueue('wait', {}, { title: 'Wait', requestedBy: 'mara', key })
    const job = await handlers().create.run({ directory }, by(admin))
    expect(await bench.jobs.cancel(job.id)).toBe(true)
    gate.resolve(null)
    expect(await bench.ended(job.id)).toMatchObject({ state: 'cancelled' })
    await expect.poll(async () => (await handlers().list({}, by(admin))).items[0]?.state).toBe('failed')
  })

  it('is refused while a deployment runs, with its reason', async () => {
    const id = await made()
    bench.busy = 'deployment 12 runs'
    const words = 'shop cannot be restored while deployment 12 runs'
    await expect(handlers().restore.run({ id }, by(admin))).rejects.toThrow(words)
    await expect(handlers().restore.plan({ id }, by(admin))).rejects.toThrow(words)
    await expect(bench.backups.restore(id, { by: 'mara' }, bench.run())).rejects.toMatchObject({
      code: 'STATE_CONFLICT',
    })
    await bench.backups.restore(id, { by: 'mara', evenIfBusy: true }, bench.run())
  })

  it('takes what the manifest says today, and does without where it says nothing', async () => {
    const id = await made()
    bench.planFor = () => Promise.reject(new Failure('STACK_INVALID', 'broken by the deployment'))
    const job = await handlers().restore.run({ id }, by(admin))
    expect(await bench.ended(job.id)).toMatchObject({ state: 'succeeded' })
    bench.planFor = () => Promise.reject(new Failure('FORBIDDEN'))
    await expect(handlers().restore.run({ id }, by(admin))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  })

  it('keeps the newest of each stack, what is young, and what a release needs', async () => {
    const ids: string[] = []
    for (let n = 0; n < 5; n += 1) ids.unshift(await made())
    const other = await made('staging')
    const [newest, second, third, fourth, oldest] = ids as [string, string, string, string, string]
    const db = bench.database.db.withTables<{ backups: { id: string; createdAt: number } }>()
    const age = (id: string, days: number) =>
      db
        .updateTable('backups')
        .set({ createdAt: Date.now() - days * 86_400_000 })
        .where('id', '=', id)
        .execute()
    for (const [days, id] of ids.entries()) await age(id, days * 20)
    await age(other, 400)
    bench.inUse.add(oldest)

    const plan = await handlers().cleanup.plan({ olderThanDays: 30, keepMinimum: 2 }, by(admin))
    expect(new Set(plan.steps.map((step) => step.name))).toEqual(new Set([fourth, third]))
    expect(plan.kept).toEqual([`${oldest}: a release that is kept would be rolled back with it`])
    const removed = await handlers().cleanup.run({ olderThanDays: 30, keepMinimum: 2 }, by(admin))
    expect(new Set(removed.removed)).toEqual(new Set([fourth, third]))
    expect(removed.freedBytes).toBeGreaterThan(0)
    const left = (await handlers().list({}, by(admin))).items.map((backup) => backup.id)
    expect(left.sort()).toEqual([newest, second, oldest, other].sort())
    expect(readdirSync(join(bench.folder, 'backups')).sort()).toEqual(left)
    expect(bench.events.filter((event) => event.type === 'backup.removed')).toHaveLength(2)

    await expect(handlers().remove.run({ id: oldest }, by(admin))).rejects.toThrow('would be rolled back with it')
    await handlers().remove.run({ id: other }, by(admin))
    await expect(handlers().get({ id: other }, by(admin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('lists by stack, environment and words', async () => {
    await made()
    const staging = await made('staging')
    const list = async (query: object) => (await handlers().list(query, by(admin))).items.map((backup) => backup.id)
    expect(await list({ environment: 'staging' })).toEqual([staging])
    expect(await list({ stack: 'other' })).toEqual([])
    expect(await list({ q: staging })).toEqual([staging])
    expect((await list({ limit: 1 })).length).toBe(1)
  })
})
