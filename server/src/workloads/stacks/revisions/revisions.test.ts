import { afterEach, expect, it } from 'vitest'
import { MemoryEngine } from '../testing/memory-engine.ts'
import { admin, as, by, openStacks } from '../testing/stack-room.ts'

const shop = (image: string, password: string, more = ''): string => `name: shop
services:
  web:
    image: ${image}
    environment:
      DB_PASSWORD: ${password}
      MODE: plain${more}
`
let close: () => Promise<void> = () => Promise.resolve()
afterEach(() => close())
async function open() {
  const engine = new MemoryEngine()
  const room = await openStacks([[engine, 'unix:///x']])
  close = room.close
  return { engine, ...room }
}
const viewer = as({ role: 'viewer' })

it('tells who applied what, when, why, and what became of it', async () => {
  const { apply, handlers } = await open()
  await apply(shop('nginx:1', 'hunter22'))
  await apply(shop('missing:1', 'hunter22'))
  const job = await handlers.apply.run({ source: shop('nginx:3', 'hunter22'), reason: 'a mended page' }, by(admin))
  expect(job.kind).toBe('stacks.apply')
  await apply(shop('nginx:4', 'hunter22'))
  const { items, total } = await handlers.revisions({ id: 'shop' }, by(viewer))
  expect(total).toBe(4)
  expect(items.map(({ revision, state, current }) => [revision, state, current])).toEqual([
    [4, 'applied', true],
    [3, 'applied', false],
    [2, 'failed', false],
    [1, 'applied', false],
  ])
  expect(items[1]).toMatchObject({ by: 'mara', origin: 'apply', reason: 'a mended page', error: null })
  expect(items[2]?.error).toContain('There is no image missing:1')
  expect((await handlers.revisions({ id: 'shop', q: 'mended' }, by(admin))).items).toHaveLength(1)
  await expect(handlers.revisions({ id: 'none' }, by(admin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('shows the file of a revision to those who may apply it, and its services to all who see it', async () => {
  const { apply, handlers } = await open()
  await apply(shop('nginx:1', 'hunter22'))
  const shown = await handlers.revision({ id: 'shop', revision: 1 }, by(admin))
  expect(shown).toMatchObject({ source: shop('nginx:1', 'hunter22'), services: ['web'] })
  expect((await handlers.revision({ id: 'shop', revision: 1 }, by(viewer))).source).toBeNull()
  await expect(handlers.revision({ id: 'shop', revision: 9 }, by(admin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})

it('compares any two revisions without a secret', async () => {
  const { apply, handlers } = await open()
  await apply(shop('nginx:1', 'hunter22'))
  await apply(shop('nginx:2', 'swordfish', '\n  db: { image: pg }'))
  const answer = await handlers.diff({ id: 'shop' }, by(admin))
  expect(answer).toMatchObject({ from: 1, to: 2 })
  expect(answer.diff).toContain('-    image: nginx:1\n+    image: nginx:2')
  expect(answer.diff).toContain('+      DB_PASSWORD: [secret, changed]')
  expect(answer.changes).toEqual([
    {
      verb: 'change',
      kind: 'service',
      name: 'web',
      reasons: ['image: nginx:1 → nginx:2', 'environment DB_PASSWORD changed'],
    },
    { verb: 'create', kind: 'service', name: 'db', reasons: [] },
  ])
  expect(JSON.stringify(answer)).not.toMatch(/hunter22|swordfish/)
  const back = await handlers.diff({ id: 'shop', from: 2, to: 1 }, by(viewer))
  expect(back.diff).toBeNull()
  expect(back.changes.map(({ verb, name }) => `${verb} ${name}`)).toEqual(['change web', 'remove db'])
  expect((await handlers.diff({ id: 'shop', from: 1, to: 1 }, by(admin))).diff).toBe('')
})

it('compares files that share nothing, of thousands of lines', async () => {
  const { apply, handlers } = await open()
  const long = (word: string): string =>
    `${shop('nginx:1', 'x')}x-notes:\n${Array.from({ length: 6000 }, (_, line) => `  - ${word} ${line}\n`).join('')}`
  await apply(long('old'))
  await apply(long('new'))
  const { diff } = await handlers.diff({ id: 'shop' }, by(admin))
  expect(diff).toContain('-  - old 5999')
  expect(diff).toContain('+  - new 5999')
})

it('returns to a revision as a new one, with the values it had, by a plan that is agreed to', async () => {
  const { engine, apply, handlers, jobs } = await open()
  await apply('name: shop\nservices: { web: { image: nginx:1, environment: { MODE: "${MODE}" } } }', {
    variables: { MODE: 'first' },
  })
  await apply('name: shop\nservices: { web: { image: nginx:2 } }')
  const plan = await handlers.return.plan({ id: 'shop', to: 1 }, by(admin))
  expect(plan.steps.find(({ kind }) => kind === 'service')).toMatchObject({
    verb: 'replace',
    reasons: ['image: nginx:2 → nginx:1', 'environment MODE added'],
  })
  const told: unknown[] = []
  const context = { ...by(admin), audit: (entry: unknown) => told.push(entry) as unknown as void }
  const job = await handlers.return.run({ id: 'shop', to: 1, digest: plan.digest, reason: 'it broke' }, context)
  await expect.poll(async () => (await jobs.get(job.id))?.state).toBe('succeeded')
  expect(engine.row('shop-web-1')?.image).toBe('nginx:1')
  const [newest] = (await handlers.revisions({ id: 'shop' }, by(admin))).items
  expect(newest).toMatchObject({
    revision: 3,
    origin: 'return',
    reason: 'return to revision 1: it broke',
    state: 'applied',
    current: true,
  })
  expect(told).toMatchObject([{ resource: 'docker:shop', after: { revision: 3, origin: 'return' } }])
  await expect(handlers.return.run({ id: 'shop', to: 2, digest: plan.digest }, by(admin))).rejects.toMatchObject({
    code: 'PLAN_CHANGED',
  })
})

it('returns only with the permission, within the policy of now, and not over a deployment', async () => {
  const { apply, handlers, database } = await open()
  await apply('name: shop\nservices: { web: { image: nginx:1, privileged: true } }')
  await apply('name: shop\nservices: { web: { image: nginx:2 } }')
  await expect(handlers.return.plan({ id: 'shop', to: 1 }, by(viewer))).rejects.toMatchObject({ code: 'FORBIDDEN' })
  await expect(handlers.return.plan({ id: 'shop', to: 1 }, by(as({})))).rejects.toMatchObject({
    code: 'POLICY_REFUSED',
  })
  await expect(handlers.return.plan({ id: 'shop', to: 7 }, by(admin))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await database.db
    .withTables<{ stackRevisions: { origin: string; revision: number } }>()
    .updateTable('stackRevisions')
    .set({ origin: 'deployment' })
    .where('revision', '=', 1)
    .execute()
  await expect(handlers.return.plan({ id: 'shop', to: 1 }, by(admin))).rejects.toMatchObject({
    code: 'STATE_CONFLICT',
  })
})
