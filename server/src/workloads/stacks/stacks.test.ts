import { afterEach, describe, expect, it } from 'vitest'
import { MemoryEngine } from './testing/memory-engine.ts'
import { admin, as, by, openStacks } from './testing/stack-room.ts'

const shop = (web = 'nginx:1', more = '') => `name: shop
services:
  web:
    image: ${web}
    ports: ["8080:80"]
    depends_on: { db: { condition: service_healthy }, init: { condition: service_completed_successfully } }${more}
  db:
    image: pg
    environment: { DB_PASSWORD: "\${PASSWORD:-hunter2}", MODE: "\${MODE:-a}" }
    healthcheck: { test: pg_isready }
    volumes: [data:/data]
  init: { image: init, depends_on: [db] }
volumes: { data: {} }
`
const steps = (plan: { steps: { verb: string; name: string; reasons: string[] }[] }) =>
  plan.steps.map((step) => [step.verb, step.name, ...step.reasons].join(' '))

describe('stacks', () => {
  let close: () => Promise<void> = () => Promise.resolve()
  afterEach(() => close())
  async function open(more: { waitMs?: number } = {}) {
    const engine = new MemoryEngine()
    engine.becomes = (spec) => (spec.service === 'init' ? { state: 'stopped', exitCode: 0 } : {})
    const room = await openStacks([[engine, 'unix:///x']], more)
    close = room.close
    return { engine, ...room }
  }

  it('plans, applies in order, and then has nothing to do', async () => {
    const { engine, plan, apply, events } = await open()
    const first = await plan(shop())
    expect(first.summary).toBe('shop on the-docker: 5 to create.')
    expect(engine.acts).toEqual([])
    const job = await apply(shop(), { digest: first.digest })
    expect(job.error).toBeNull()
    expect(job).toMatchObject({ state: 'succeeded', result: { counts: { create: 5 } } })
    expect(job.steps.find((step) => step.name === 'web')?.message).toBe('create')
    expect(engine.acts.filter((act) => act.startsWith('create'))).toEqual([
      'create network shop_default',
      'create volume shop_data',
      'create shop-db-1',
      'create shop-init-1',
      'create shop-web-1',
    ])
    expect(events.map((event) => event.message)).toEqual(['shop was applied on the-docker.'])
    const second = await plan(shop())
    expect(second.counts).toEqual({ keep: 5, drifted: 0 })
    expect(second.summary).toContain('Nothing changes')
    const acts = engine.acts.length
    expect((await apply(shop())).state).toBe('succeeded')
    expect(engine.acts).toHaveLength(acts)
  })

  it('says what differs without a secret, and refuses a plan that is out of date', async () => {
    const { engine, plan, apply, handlers, database } = await open()
    await apply(shop())
    const changed = await plan(shop('nginx:2', '\n    user: app').replace('8080', '8081'), {
      variables: { PASSWORD: 'swordfish', MODE: 'b' },
    })
    expect(steps(changed)).toEqual([
      'keep shop_default',
      'keep shop_data',
      'replace db environment DB_PASSWORD changed environment MODE: a → b',
      'keep init',
      'replace web image: nginx:1 → nginx:2 port 8080:80 → 8081:80 user: unset → app',
    ])
    expect(JSON.stringify(changed)).not.toMatch(/hunter2|swordfish/)
    const other = await plan(shop('nginx:2', '\n    user: app').replace('8080', '8081'), {
      variables: { PASSWORD: 'another', MODE: 'b' },
    })
    expect(other.digest).not.toBe(changed.digest)
    engine.change('shop-db-1', { state: 'stopped' })
    await expect(apply(shop('nginx:2'), { digest: changed.digest })).rejects.toMatchObject({ code: 'PLAN_CHANGED' })
    const rows = await database.db
      .withTables<{ stackRevisions: { sealed: string } }>()
      .selectFrom('stackRevisions')
      .selectAll()
      .execute()
    expect(JSON.stringify(rows)).not.toContain('hunter2')
    expect((await handlers.get({ id: 'shop' }, by(admin))).source).toContain('name: shop')
    expect((await handlers.get({ id: 'docker:shop' }, by(as({ role: 'viewer' })))).source).toBeNull()
  })

  it('mends drift: stopped, gone, or changed behind its back', async () => {
    const { engine, plan, apply, registry } = await open()
    await apply(shop())
    engine.change('shop-web-1', { state: 'stopped', exitCode: 137 })
    const connection = registry.mirror('docker').connection
    await connection.remove('shop-db-1', { force: true, volumes: false })
    const drifted = await plan(shop())
    expect(steps(drifted).slice(2)).toEqual(['create db it is gone from the target', 'keep init', 'change web start'])
    expect(drifted.counts.drifted).toBe(2)
    expect((await apply(shop())).state).toBe('succeeded')
    expect((await plan(shop())).counts).toEqual({ keep: 5, drifted: 0 })
  })

  it('pulls before it stops anything, and brings the old one back when the new one cannot be made', async () => {
    const { engine, apply } = await open()
    await apply(shop())
    const old = engine.row('shop-web-1')!.nativeId
    engine.acts.length = 0
    const missing = await apply(shop('missing:1'))
    expect(missing.error?.message).toContain('There is no image missing:1')
    expect(engine.acts).toEqual(['pull missing:1'])
    engine.refuses = (spec) => (spec.kind === 'container' && spec.image === 'nginx:bad' ? 'no such command.' : null)
    const bad = await apply(shop('nginx:bad'))
    expect(bad.error).toEqual({
      errorCode: 'TARGET_REFUSED',
      message: 'web could not be made anew: no such command. The old one is back.',
    })
    expect(engine.row('shop-web-1')).toMatchObject({ nativeId: old, state: 'running' })
    expect(bad.steps.find((step) => step.name === 'stay up')?.state).toBe('skipped')
    expect((await apply(shop('nginx:3'))).state).toBe('succeeded')
    expect(
      engine
        .rows()
        .map((row) => row.name)
        .toSorted(),
    ).toEqual(['shop-db-1', 'shop-init-1', 'shop-web-1'])
  })

  it.each(['broken', 'breaks'] as const)(
    'brings the old one back once an engine is heard again whose line %s when its successor was made',
    async (line) => {
      const { engine, apply, plan, events } = await open()
      await apply(shop())
      const old = engine.row('shop-web-1')!.nativeId
      engine.refuses = () => {
        engine.line = line
        return line === 'broken' ? 'nobody hears this' : null
      }
      const cut = await apply(shop('nginx:2'))
      expect(cut.error?.message).toContain('The old one could not be brought back either')
      const aside = engine.rows().find((row) => row.nativeId === old)!
      expect(aside).toMatchObject({ name: expect.stringMatching(/^shop-web-1\.replaced-/), state: 'stopped' })
      expect(engine.row('shop-web-1')?.state).toBe(line === 'breaks' ? 'running' : undefined)

      engine.refuses = () => null
      engine.line = 'whole'
      engine.change(aside.name, {})
      await expect.poll(() => engine.row('shop-web-1')).toMatchObject({ nativeId: old, state: 'running' })
      expect(engine.rows()).toHaveLength(3)
      await expect.poll(() => events.at(-1)?.message).toContain('The old container is back')
      expect((await plan(shop())).counts).toEqual({ keep: 5, drifted: 0 })
      expect((await apply(shop('nginx:3'))).state).toBe('succeeded')
      expect(engine.rows()).toHaveLength(3)
    },
  )

  it('leaves alone what a job of another control plane set aside', async () => {
    const { engine, apply } = await open()
    await apply(shop())
    engine.start('shop-web-1.replaced-00000000-0000-4000-8000-000000000000', 'shop')
    expect((await apply(shop('nginx:2'))).state).toBe('succeeded')
    expect(engine.rows().map(({ name }) => name)).toContain('shop-web-1.replaced-00000000-0000-4000-8000-000000000000')
  })

  it('goes on from what an apply left aside, and stops nothing for its name', async () => {
    const { engine, apply } = await open()
    await apply(shop())
    engine.refuses = () => {
      engine.line = 'breaks'
      return null
    }
    expect((await apply(shop('nginx:2'))).state).toBe('failed')
    engine.refuses = (spec) => (spec.kind === 'container' && spec.image === 'nginx:3' ? 'no such command.' : null)
    engine.line = 'whole'
    // Nobody told of the engine being back: the next apply looks for itself.
    expect((await apply(shop('nginx:3'))).error?.message).toContain('The old one is back')
    expect(engine.row('shop-web-1')).toMatchObject({ image: 'nginx:1', state: 'running' })
    expect(engine.rows()).toHaveLength(3)
  })

  it('fails with the last lines, secrets blotted out, when a service does not stay up', async () => {
    const { engine, apply, events } = await open({ waitMs: 400 })
    engine.health = () => 'unhealthy'
    const job = await apply(shop())
    expect(job.state).toBe('failed')
    expect(job.error?.message).toContain('db did not become healthy.')
    expect(job.error?.message).toContain('boom [masked]')
    expect(JSON.stringify([job, events])).not.toContain('hunter2')
    expect(events.at(-1)).toMatchObject({ type: 'stack.failed', severity: 'error' })
    expect(engine.row('shop-web-1')).toBeUndefined()
    engine.health = () => 'healthy'
    engine.becomes = () => ({ state: 'failed', exitCode: 3, reason: 'it ended with code 3' })
    expect((await apply('name: one\nservices: { a: { image: x } }')).error?.message).toContain(
      'a is not running: it ended with code 3.',
    )
  })

  it('removes what left the file last, never what is not its own', async () => {
    const { engine, plan, apply } = await open()
    await apply(shop())
    engine.start('shop-stray-1', 'shop')
    engine.start('lonely', null)
    const small = 'name: shop\nservices: { db: { image: pg2, network_mode: none } }'
    const planned = await plan(small)
    expect(steps(planned)).toEqual([
      expect.stringMatching(/^replace db image: pg → pg2 .*environment DB_PASSWORD removed/),
      'remove init it is not in the file any more',
      'remove web it is not in the file any more',
      'remove shop_default it is not in the file any more',
    ])
    expect(planned.warnings.join()).toContain('shop-stray-1')
    expect(planned.kept).toEqual(['volume shop_data'])
    expect((await apply(small)).error).toBeNull()
    expect(
      engine
        .rows()
        .map((row) => row.name)
        .toSorted(),
    ).toEqual(['lonely', 'shop-db-1', 'shop-stray-1'])
    expect(engine.resourceNames()).toEqual(['volume shop_data'])
  })

  it('does not take over a name that belongs to others', async () => {
    const { engine, plan, apply } = await open()
    engine.start('shop-web-1', 'other')
    expect((await plan(shop())).warnings.join()).toContain('not of this stack')
    expect((await apply(shop())).error).toMatchObject({ errorCode: 'CONFLICT' })
    expect(engine.rows()).toHaveLength(1)
  })

  it('removes a stack, keeping volumes unless told', async () => {
    const { engine, apply, remove, handlers, events } = await open()
    await apply(shop())
    const plan = await handlers.remove.plan({ id: 'docker:shop' }, by(admin))
    expect(plan).toMatchObject({ counts: { remove: 4 }, kept: ['volume shop_data'] })
    engine.acts.length = 0
    expect((await remove('shop')).state).toBe('succeeded')
    expect(engine.acts.filter((act) => act.startsWith('remove'))).toEqual([
      'remove shop-web-1',
      'remove shop-init-1',
      'remove shop-db-1',
      'remove network shop_default',
    ])
    expect(engine.resourceNames()).toEqual(['volume shop_data'])
    expect(events.at(-1)?.type).toBe('stack.removed')
    await expect(remove('shop')).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await apply(shop())
    expect((await handlers.remove.plan({ id: 'shop', volumes: true }, by(admin))).warnings.join()).toContain(
      'lost for good',
    )
    await remove('shop', true)
    expect(engine.resourceNames()).toEqual([])
  })

  it('lists its own and found stacks with the worst state, only to those who may see them', async () => {
    const { engine, apply, handlers } = await open()
    await apply(shop())
    engine.start('theirs-a', 'theirs')
    engine.change('shop-web-1', { state: 'failed' })
    const { items } = await handlers.list({}, by(admin))
    expect(items.map(({ name, managed, state, revision }) => [name, managed, state, revision])).toEqual([
      ['shop', true, 'failed', 1],
      ['theirs', false, 'running', 0],
    ])
    expect((await handlers.list({ q: 'the' }, by(admin))).total).toBe(1)
    expect((await handlers.list({}, by(as({ reach: 'granted' })))).items).toEqual([])
    await expect(handlers.get({ id: 'docker:shop' }, by(as({ reach: 'granted' })))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('tells nothing of a target or a stack that the caller may not see', async () => {
    const { plan, handlers } = await open()
    const elsewhere = as({ reach: 'granted', grants: [{ on: 'target', id: 'elsewhere', role: 'developer' }] })
    await expect(plan(shop(), {}, elsewhere)).rejects.toThrow('there is none')
    await expect(handlers.list({ target: 'docker' }, by(elsewhere))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })

  it('refuses whoever may not, whatever cannot be, and a target that is not there', async () => {
    const { plan, apply, handlers } = await open()
    await expect(plan(shop(), {}, as({ role: 'viewer' }))).rejects.toMatchObject({ code: 'FORBIDDEN' })
    await expect(apply(shop('nginx:1', '\n    privileged: true'), {}, as({}))).rejects.toMatchObject({
      code: 'POLICY_REFUSED',
    })
    expect((await plan(shop('nginx:1', '\n    privileged: true'))).warnings).toEqual(['web runs privileged.'])
    await expect(plan('services: [')).rejects.toMatchObject({
      code: 'STACK_INVALID',
      details: { problems: expect.arrayContaining([]) },
    })
    await expect(plan(shop(), { target: 'nowhere' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(plan('name: a\nservices: { a: { command: x } }', { directory: '/' })).rejects.toThrow(
      'needs a target of processes',
    )
    await expect(
      plan('name: a\nservices: { a: { command: x } }', { directory: '/', target: 'docker' }),
    ).rejects.toMatchObject({ code: 'STACK_INVALID' })
    const checked = await handlers.validate({ source: shop().replace('image: pg', 'imagee: pg') }, by(admin))
    expect(checked).toMatchObject({ ok: false, format: 'compose', name: 'shop', services: ['web', 'db', 'init'] })
  })
})
