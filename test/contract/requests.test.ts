import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applied, sleepers } from '../faults/control-plane.ts'
import { openTestHouse, type TestHouse } from '../fixtures/house.ts'

const password = 'violet kettle 7 harbour'
let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse()
  await applied(house.admin, sleepers('rows', ['a', 'b', 'c', 'd', 'e']))
  for (let n = 0; n < 6; n++) await house.admin.users.create({ username: `user-${n}`, password, role: 'viewer' })
  for (let n = 0; n < 4; n++) await house.admin.targets.register({ name: `target-${n}`, address: 'tcp://127.0.0.1:1' })
  for (let n = 0; n < 3; n++) await applied(house.admin, sleepers(`stack-${n}`, ['a']))
}, 120_000)
afterAll(() => house.close())

describe('Idempotency-Key', () => {
  test('a repeat answers the first result and does nothing again', async () => {
    const input = { username: 'once', password, role: 'viewer' } as const
    const first = await house.admin.users.create(input, { idempotencyKey: 'k1' })
    expect(await house.admin.users.create(input, { idempotencyKey: 'k1' })).toEqual(first)
    await expect(house.admin.users.create(input, { idempotencyKey: 'k2' })).rejects.toMatchObject({ code: 'CONFLICT' })
    const other = { ...input, role: 'admin' } as const
    await expect(house.admin.users.create(other, { idempotencyKey: 'k1' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_CONFLICT',
      status: 409,
    })
    expect((await house.admin.users.get({ id: 'once' })).role).toBe('viewer')
  })

  test('of two at once one acts', async () => {
    const input = { username: 'both', password, role: 'viewer' } as const
    const both = await Promise.allSettled([1, 2, 3].map(() => house.admin.users.create(input, { idempotencyKey: 'b' })))
    for (const one of both) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'STATE_CONFLICT' })
    expect(both.some((one) => one.status === 'fulfilled')).toBe(true)
    const { items } = await house.admin.audit.list({ operation: 'users.create', outcome: 'done', limit: 1000 })
    expect(items.filter((entry) => (entry.after as { username?: string } | null)?.username === 'both')).toHaveLength(1)
  })

  test('a key belongs to its caller and operation, and a refused request may be tried again', async () => {
    const input = { username: 'keyed', password, role: 'admin' } as const
    await house.admin.users.create(input, { idempotencyKey: 'shared' })
    const { client } = await house.signIn('keyed', password)
    const made = await client.users.create({ ...input, username: 'keyed-2' }, { idempotencyKey: 'shared' })
    expect(made.username).toBe('keyed-2')
    await expect(
      client.targets.register({ name: 'target-0', address: 'tcp://127.0.0.1:1' }, { idempotencyKey: 'again' }),
    ).rejects.toMatchObject({ code: 'CONFLICT' })
    await client.targets.register({ name: 'target-9', address: 'tcp://127.0.0.1:1' }, { idempotencyKey: 'again' })
  })

  test('a stack is applied once, though its file may hold secrets', async () => {
    const input = { source: sleepers('twice', ['a']) }
    const job = await house.admin.stacks.apply(input, { idempotencyKey: 'apply' })
    expect((await house.admin.stacks.apply(input, { idempotencyKey: 'apply' })).id).toBe(job.id)
    expect((await house.admin.stacks.get({ id: 'twice' })).revision).toBe(1)
  })

  test('an answer that holds a secret is not kept', async () => {
    const { secret } = await house.admin.tokens.create({ name: 'kept' }, { idempotencyKey: 'token' })
    expect(secret).toMatch(/^wh_/)
    await expect(house.admin.tokens.create({ name: 'kept' }, { idempotencyKey: 'token' })).rejects.toMatchObject({
      code: 'CONFLICT',
    })
  })

  test('a plan uses up no key', async () => {
    const input = { id: 'local:stack-0' }
    await house.admin.stacks.remove.plan(input, { idempotencyKey: 'plan' })
    expect(await house.admin.stacks.remove(input, { idempotencyKey: 'plan' })).toMatchObject({ kind: 'stacks.remove' })
  })
})

describe('lists', () => {
  const lists = {
    services: () => house.admin.services,
    users: () => house.admin.users,
    targets: () => house.admin.targets,
    stacks: () => house.admin.stacks,
    jobs: () => house.admin.jobs,
    audit: () => house.admin.audit,
    timeline: () => house.admin.timeline,
  }
  interface Listing {
    list(input: object): Promise<{ items: { id: string }[]; nextCursor: string | null; total: number }>
  }
  const listing = (name: keyof typeof lists): Listing => lists[name]()

  test.each(Object.keys(lists) as (keyof typeof lists)[])(
    '%s: pages to the end without a double or a gap',
    async (name) => {
      // By name: in the order "needs you first" a service that starts meanwhile moves, and rightly so.
      const order = name === 'services' ? { sort: 'name' } : {}
      const whole = (await listing(name).list({ ...order, limit: 1000 })).items.map((row) => row.id)
      expect(whole.length).toBeGreaterThan(3)
      for (const limit of [1, 3]) {
        const seen: string[] = []
        for (let cursor: string | undefined; ;) {
          const page = await listing(name).list({ ...order, limit, ...(cursor === undefined ? {} : { cursor }) })
          expect(page.items.length).toBeLessThanOrEqual(limit)
          seen.push(...page.items.map((row) => row.id))
          if (page.nextCursor === null) break
          cursor = page.nextCursor
        }
        // What happens meanwhile comes before the first page, and so in none.
        expect(new Set(seen).size).toBe(seen.length)
        for (const id of whole.slice(0, -1)) expect(seen).toContain(id)
      }
    },
  )

  test.each(Object.keys(lists) as (keyof typeof lists)[])('%s: fields answers those and no others', async (name) => {
    const { items, nextCursor } = await listing(name).list({ fields: 'id', limit: 2 })
    for (const item of items) expect(Object.keys(item)).toEqual(['id'])
    expect(nextCursor).not.toBeNull()
    await expect(listing(name).list({ fields: 'id,nonsense' })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
      details: { field: 'fields', known: expect.arrayContaining(['id']) as string[] },
    })
  })
})
