import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type Caller, callerMay } from '../../server/src/dispatch/caller.ts'
import { failureOf, goodPassword, type House, type Street } from './house.ts'

export function usersSuite(open: () => Promise<Street>): void {
  let street: Street
  let house: House
  let root: Caller
  beforeAll(async () => {
    street = await open()
  })
  afterAll(() => street.close())
  beforeEach(async () => {
    house = await street.house()
    await house.person('root', 'admin')
    root = (await house.login('root')).caller
  })

  type Update = Parameters<House['users']['handlers']['update']>[0]
  const update = (input: Update, caller = root) => house.users.handlers.update(input, house.call(caller).context)
  const remove = (id: string, caller = root) =>
    failureOf(house.users.handlers.remove({ id }, house.call(caller).context))

  it('creates, shows by id and by name, changes and removes', async () => {
    const traced = house.call(root)
    const created = await house.users.handlers.create(
      { username: 'mara', password: goodPassword, role: 'viewer', email: 'mara@example.org' },
      traced.context,
    )
    expect(created).toMatchObject({
      username: 'mara',
      displayName: 'mara',
      reach: 'all',
      disabled: false,
      lastSeenAt: null,
    })
    expect(JSON.stringify([created, traced.audited])).not.toMatch(/argon2|violet/)
    expect(traced.audited).toEqual([{ resource: `user:${created.id}`, after: created }])
    const get = (id: string) => house.users.handlers.get({ id }, house.call(root).context)
    expect(await get(created.id)).toEqual(created)
    expect(await get('Mara')).toEqual(created)
    for (const id of ['nobody', 'a\0b', "x' or '1'='1", '%']) expect(await failureOf(get(id))).toBe('NOT_FOUND')

    const grants = [{ on: 'target' as const, id: 't1', role: 'developer' as const }]
    const changed = await update({ id: 'mara', reach: 'granted', grants, displayName: 'Mara' })
    expect(changed).toMatchObject({ reach: 'granted', grants, displayName: 'Mara', email: 'mara@example.org' })
    expect(await remove('mara')).toBe('no failure')
    expect(await remove('mara')).toBe('NOT_FOUND')
    expect(house.events.filter((event) => event.type === 'user.changed')).toHaveLength(3)
  })

  it('refuses a taken name and a weak password', async () => {
    const create = (username: string, password: string) =>
      failureOf(house.users.handlers.create({ username, password, role: 'viewer' }, house.call(root).context))
    expect(await create('root', goodPassword)).toBe('CONFLICT')
    expect(await create('mara', 'mara-is-great-1')).toBe('VALIDATION_FAILED')
    for (const displayName of ['a\0b', 'a\u001B[2Jb']) {
      expect(await failureOf(update({ id: 'root', displayName }))).toBe('VALIDATION_FAILED')
    }
    expect(await failureOf(update({ id: 'root', password: 'qwertyuiop12' }))).toBe('STATE_CONFLICT')
  })

  it('makes a change of role felt at the next call, here and on another instance', async () => {
    await house.person('mara', 'viewer')
    const { accessToken, caller } = await house.login('mara')
    const neighbour = house.neighbour()
    const visit = () =>
      neighbour.auth.authenticate({ authorization: `Bearer ${accessToken}`, ip: '', userAgent: '', face: 'rest' })
    expect(callerMay(await visit(), 'services.operate')).toBe(false)
    await update({ id: 'mara', role: 'developer' })
    expect(callerMay(await visit(), 'services.operate')).toBe(true)
    expect(house.changes).toEqual([{ userId: caller.userId, sessionId: null }])
    expect(await house.auth.callerStillValid(caller)).toMatchObject({ authority: { role: 'developer' } })
    await update({ id: 'mara', reach: 'granted' })
    expect(callerMay(await visit(), 'services.read')).toBe(false)
  })

  it('ends the sessions of one who is disabled, removed, or given a new password', async () => {
    const ends: ((id: string) => Promise<unknown>)[] = [
      (id) => update({ id, disabled: true }),
      (id) => update({ id, password: 'given by an administrator' }),
      (id) => remove(id),
    ]
    for (const [n, end] of ends.entries()) {
      const id = await house.person(`mara-${n}`)
      const { accessToken, refreshToken, caller } = await house.login(`mara-${n}`)
      await end(id)
      expect(await failureOf(house.bearer(accessToken))).toBe('SESSION_ENDED')
      expect(await house.auth.callerStillValid(caller)).toBeNull()
      const { context } = house.call(house.anonymous(), refreshToken)
      expect(await failureOf(house.auth.handlers.refresh({}, context))).toBe('SESSION_ENDED')
      expect(house.changes).toContainEqual({ userId: id, sessionId: null })
    }
    const db = house.database.db.withTables<{ sessions: { userId: string } }>()
    const left = await db
      .selectFrom('sessions')
      .select('userId')
      .where('userId', '!=', root.userId ?? '')
      .execute()
    expect(left).toEqual([])
    await update({ id: 'mara-0', disabled: false })
    expect((await house.login('mara-0')).caller.username).toBe('mara-0')
  })

  it('never leaves the house without an able administrator, nor lets one lock himself out', async () => {
    const self: Update[] = [
      { id: 'root', disabled: true },
      { id: 'root', role: 'viewer' },
      { id: 'root', reach: 'granted' },
      { id: 'root', password: 'a rather new password' },
    ]
    for (const input of self) expect(await failureOf(update(input))).toBe('STATE_CONFLICT')
    expect(await remove('root')).toBe('STATE_CONFLICT')
    expect(await failureOf(update({ id: 'root', displayName: 'Root' }))).toBe('no failure')

    const system: Caller = { ...house.anonymous(), kind: 'system', username: 'system' }
    for (const input of self.slice(0, 3))
      await expect(update(input, system)).rejects.toThrow('last active administrator')
    expect(await remove('root', system)).toBe('STATE_CONFLICT')
  })

  it('lets only one of two administrators demote the other at once', async () => {
    for (let round = 0; round < 3; round++) {
      await house.person(`noor-${round}`, 'admin')
      const noor = (await house.login(`noor-${round}`)).caller
      const both = await Promise.allSettled([
        update({ id: `noor-${round}`, role: 'viewer' }, root),
        update({ id: 'root', role: 'viewer' }, noor),
      ])
      expect(both.filter((one) => one.status === 'fulfilled')).toHaveLength(1)
      if (both[1]?.status === 'fulfilled') await update({ id: 'root', role: 'admin' }, noor)
      await update({ id: `noor-${round}`, role: 'viewer' }, root)
    }
  })

  it('lists by name, in pages, by role and by text', async () => {
    for (const name of ['ann', 'bob', 'b_b', 'cem']) await house.person(name, name === 'cem' ? 'viewer' : 'developer')
    const list = (input: Parameters<House['users']['handlers']['list']>[0]) =>
      house.users.handlers.list(input, house.call(root).context)
    const names: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ limit: 2, cursor })
      expect(page.total).toBe(5)
      names.push(...page.items.map((user) => user.username))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(names.toSorted()).toEqual(['ann', 'b_b', 'bob', 'cem', 'root'])
    expect(new Set(names).size).toBe(5)
    const found = async (q: string) => (await list({ q })).items.map((user) => user.username)
    expect(await found('B')).toEqual(expect.arrayContaining(['b_b', 'bob']))
    expect(await found('b_b')).toEqual(['b_b'])
    expect(await found('%')).toEqual([])
    expect(await found('\\')).toEqual([])
    expect(await found('\0')).toHaveLength(5)
    expect((await list({ role: 'viewer' })).items.map((user) => user.username)).toEqual(['cem'])
    expect(await failureOf(list({ cursor: '!!' }))).toBe('VALIDATION_FAILED')
  })
}
