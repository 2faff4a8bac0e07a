import { auth, type AuditEntry } from '@wheelhouse/contract'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { failureOf, type House, type Street } from './house.ts'

export function auditSuite(open: () => Promise<Street>): void {
  let street: Street
  let house: House
  beforeAll(async () => {
    street = await open()
  })
  afterAll(() => street.close())
  beforeEach(async () => {
    house = await street.house()
  })

  type Query = Parameters<House['audit']['handlers']['list']>[0]
  const list = (query: Query = {}) => house.audit.handlers.list(query, house.call().context)
  const callOf = (id: string, input: unknown = {}, username = 'mara') => ({
    caller: { ...house.anonymous(), kind: 'user' as const, username },
    operation: { id, secret: undefined },
    input,
    requestId: 'r1',
  })
  const record = (id: string, more: { resource?: string; username?: string; outcome?: AuditEntry['outcome'] } = {}) =>
    house.audit.record({ ...callOf(id, {}, more.username), outcome: more.outcome ?? 'done', resource: more.resource })

  it('has an entry on record before the act, and says how it ended', async () => {
    const entry = await house.audit.begin({
      ...callOf('auth.setup', { token: 'abc', username: 'mara' }),
      operation: auth.setup,
    })
    expect((await list()).items).toMatchObject([
      { outcome: 'failed', errorCode: 'INTERRUPTED', input: { token: '[secret]' } },
    ])
    await entry.finish({ outcome: 'done', resource: 'user:1', before: null, after: { role: 'admin' } })
    expect((await list()).items).toEqual([
      {
        id: expect.any(String) as string,
        at: new Date(house.clock.ms).toISOString(),
        actor: 'mara',
        actorId: null,
        via: 'session',
        face: 'rest',
        operation: 'auth.setup',
        resource: 'user:1',
        outcome: 'done',
        errorCode: null,
        input: { token: '[secret]', username: 'mara' },
        before: null,
        after: { role: 'admin' },
        ip: '10.0.0.1',
        userAgent: 'test',
        requestId: 'r1',
      },
    ])
  })

  it('masks secrets at any depth before they are stored', async () => {
    const input = { spec: { env: [{ name: 'DB_PASSWORD', value: 'hunter2' }, 'API_TOKEN=hunter2'], pin: 'hunter2' } }
    await house.audit.record({
      ...callOf('services.create', input),
      operation: { id: 'services.create', secret: ['note'] },
      outcome: 'done',
      before: { list: [{ deep: { password: 'hunter2' } }] },
      after: { note: 'hunter2', url: 'postgres://a:hunter2@db/x' },
    })
    expect(JSON.stringify((await list()).items)).not.toContain('hunter2')
  })

  it('takes what no one would send: no object, NUL, very long text', async () => {
    await house.audit.record({
      ...callOf('x.y', 'text', 'a\0b'),
      caller: { ...house.anonymous(), username: 'a\0b', userAgent: `\0${'u'.repeat(9000)}`, ip: '\0' },
      outcome: 'refused',
      errorCode: 'VALIDATION_FAILED',
      resource: 'kind:\0',
      after: { text: '\0', big: 'b'.repeat(100_000) },
    })
    const [entry] = (await list()).items
    expect(entry).toMatchObject({ actor: 'ab', input: null, via: 'anonymous', after: { text: '\0' } })
    expect(entry?.userAgent.length).toBeLessThan(500)
  })

  it('finds by text, actor, operation, domain, resource, kind, outcome and time', async () => {
    await record('services.restart', { resource: 'service:web' })
    house.clock.ms += 1000
    await record('servicesx.other', { username: 'noor', outcome: 'failed' })
    house.clock.ms += 1000
    await record('users.update', { resource: 'user:1', outcome: 'refused' })
    const at = (ms: number) => new Date(house.clock.ms + ms).toISOString()
    const found = async (query: Query) => (await list(query)).items.map((entry) => entry.operation)
    expect(await found({})).toEqual(['users.update', 'servicesx.other', 'services.restart'])
    expect(await found({ operation: 'services' })).toEqual(['services.restart'])
    expect(await found({ operation: 'users.update' })).toEqual(['users.update'])
    expect(await found({ actor: 'noor' })).toEqual(['servicesx.other'])
    expect(await found({ resource: 'user' })).toEqual(['users.update'])
    expect(await found({ resource: 'service:web' })).toEqual(['services.restart'])
    expect(await found({ outcome: 'failed' })).toEqual(['servicesx.other'])
    expect(await found({ since: at(-1000), until: at(-1000) })).toEqual(['servicesx.other'])
    expect(await found({ q: 'WEB' })).toEqual(['services.restart'])
    expect(await found({ q: '10.0.0' })).toHaveLength(3)
    for (const q of ['%', '_ser', '\\', "'"]) expect(await found({ q })).toEqual([])
    expect(await found({ actor: '\0', resource: '\0:', operation: '\0.' })).toEqual([])
  })

  it('pages without gaps or doubles although entries keep coming, also within one millisecond', async () => {
    for (let n = 0; n < 12; n++) await record(`a.n${n}`)
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const page = await list({ limit: 5, cursor })
      seen.push(...page.items.map((entry) => entry.operation))
      cursor = page.nextCursor ?? undefined
      house.clock.ms += 1
      await record('late.entry')
    } while (cursor !== undefined)
    expect(seen.toSorted()).toEqual(Array.from({ length: 12 }, (_, n) => `a.n${n}`).toSorted())
    expect(await failureOf(list({ cursor: 'nonsense' }))).toBe('VALIDATION_FAILED')
  })

  it('exports all of it as CSV and as NDJSON', async () => {
    for (let n = 0; n < 3; n++) await record(`a.n${n}`, { resource: '=cmd()', username: 'a "quoted", name' })
    const traced = house.call()
    const read = async (format?: 'csv' | 'ndjson', signal = traced.context.signal) => {
      let text = ''
      for await (const part of house.audit.handlers.export({ format }, { ...traced.context, signal })) text += part
      return text
    }
    const lines = (await read()).split('\r\n')
    expect(lines[0]).toBe(
      'at,actor,actorId,via,face,operation,resource,outcome,errorCode,ip,userAgent,requestId,input,before,after',
    )
    expect(lines).toHaveLength(5)
    expect(lines[1]).toContain(`"a ""quoted"", name"`)
    expect(lines[1]).toContain(`,'=cmd(),`)
    const rows = (await read('ndjson')).trimEnd().split('\n')
    expect(rows.map((row) => JSON.parse(row) as unknown)).toEqual((await list()).items)
    const day = new Date(house.clock.ms).toISOString().slice(0, 10)
    expect(traced.downloads).toEqual([`wheelhouse-audit-${day}.csv`, `wheelhouse-audit-${day}.ndjson`])
    expect((await read('csv', AbortSignal.abort())).split('\r\n')).toHaveLength(2)
  })

  it('forgets what is older than told', async () => {
    await record('old.one')
    house.clock.ms += 10_000
    await record('new.one')
    expect(await house.audit.prune(5000)).toBe(1)
    expect((await list()).items.map((entry) => entry.operation)).toEqual(['new.one'])
  })
}
