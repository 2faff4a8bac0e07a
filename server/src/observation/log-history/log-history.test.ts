import { gunzipSync } from 'node:zlib'
import { Problem } from '@wheelhouse/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

const patience = { timeout: 60_000, interval: 100 }
const shell = (script: string): string => JSON.stringify(['sh', '-c', script])

describe('kept lines', { timeout: 120_000 }, () => {
  let house: TestHouse
  beforeAll(async () => {
    house = await openTestHouse({ env: { WHEELHOUSE_LOG_HISTORY: 'true' } })
  }, 120_000)
  afterAll(() => house.close(), 60_000)

  const apply = async (name: string, services: Record<string, string>): Promise<void> => {
    const source = [
      `name: ${name}`,
      'services:',
      ...Object.entries(services).map(([service, script]) => `  ${service}:\n    command: ${shell(script)}`),
    ].join('\n')
    const { id } = await house.admin.stacks.apply({ source, target: 'local', directory: house.data })
    await vi.waitFor(async () => expect((await house.admin.jobs.get({ id })).finishedAt).not.toBeNull(), patience)
  }
  const search = (query: Parameters<TestHouse['admin']['logHistory']['search']>[0]) =>
    house.admin.logHistory.search(query)
  const texts = async (query: Parameters<typeof search>[0]): Promise<string[]> =>
    (await search(query)).items.map(({ text }) => text)
  const waits = 'while true; do sleep 1; done'

  test('are found by words, letters, patterns, level and stream, over services, merged by time', async () => {
    await apply('finder', {
      web: `echo 'ERROR payment 4711 refused'; echo 'INFO payment 4712 done'; sleep 0.5; echo 'last of web'; ${waits}`,
      api: `sleep 0.2; echo 'WARN slow answer' >&2; ${waits}`,
    })
    await expect
      .poll(() => texts({ stack: 'finder', order: 'oldest', stream: 'stdout,stderr' }), patience)
      .toEqual(['ERROR payment 4711 refused', 'INFO payment 4712 done', 'WARN slow answer', 'last of web'])
    expect(await texts({ stack: 'finder', q: 'payment -refused' })).toEqual(['INFO payment 4712 done'])
    expect(await texts({ stack: 'finder', q: '"4711 refused"' })).toEqual(['ERROR payment 4711 refused'])
    expect(await texts({ stack: 'finder', contains: 'AYMEN', level: 'error' })).toEqual(['ERROR payment 4711 refused'])
    expect(await texts({ stack: 'finder', regex: '47\\d2', stream: 'stdout' })).toEqual(['INFO payment 4712 done'])
    expect(await texts({ stack: 'finder', stream: 'stderr' })).toEqual(['WARN slow answer'])
    expect(await texts({ service: 'finder/api', q: 'payment' })).toEqual([])
  })

  test('are answered page by page, and each line can be found again with what stands around it', async () => {
    await apply('pages', { web: `seq -f "line %g" 1 25; ${waits}` })
    await vi.waitFor(async () => expect(await texts({ stack: 'pages', q: 'line' })).toHaveLength(25), patience)
    const seen: string[] = []
    let cursor: string | undefined
    let position = ''
    do {
      const page = await search({
        stack: 'pages',
        q: 'line',
        order: 'oldest',
        limit: 10,
        ...(cursor === undefined ? {} : { cursor }),
      })
      seen.push(...page.items.map(({ text }) => text))
      position ||= page.items[5]!.position
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => `line ${index + 1}`))
    const { items } = await house.admin.logHistory.around({ position, before: 2, after: 3 })
    expect(items.map(({ text }) => text)).toEqual(['line 4', 'line 5', 'line 6', 'line 7', 'line 8', 'line 9'])
  })

  test('the lines of a stack trace belong to the first', async () => {
    const trace = `printf 'Error: no database\\n    at connect (db.js:1:1)\\n    at main (main.js:2:2)\\nnext\\n'; ${waits}`
    await apply('trace', { web: trace })
    await expect
      .poll(
        async () =>
          (await search({ stack: 'trace', order: 'oldest', stream: 'stdout' })).items.map(({ goesOn }) => goesOn),
        patience,
      )
      .toEqual([false, true, true, false])
  })

  test('outlive the service; its lives tell how it ended', async () => {
    await apply('mortal', { web: 'echo "my last words"; sleep 1; exit 7' })
    const lives = async () => (await house.admin.logHistory.lives({ stack: 'mortal' })).items
    await expect.poll(async () => (await lives()).some(({ outcome }) => outcome === 'crashed'), patience).toBe(true)
    expect((await lives()).find(({ outcome }) => outcome === 'crashed')).toMatchObject({ exitCode: 7 })
    const plan = await house.admin.stacks.remove({ id: 'local:mortal' })
    await vi.waitFor(
      async () => expect((await house.admin.jobs.get({ id: plan.id })).finishedAt).not.toBeNull(),
      patience,
    )
    await expect
      .poll(
        async () => (await house.admin.logHistory.sources({ stack: 'mortal' })).items.map(({ state }) => state),
        patience,
      )
      .toEqual(['gone'])
    expect(await texts({ stack: 'mortal', q: 'words' })).toContain('my last words')
    const [source] = (await house.admin.logHistory.sources({ stack: 'mortal' })).items
    await house.admin.logHistory.forget({ id: source!.id })
    expect(await texts({ stack: 'mortal' })).toEqual([])
    expect((await house.admin.logHistory.sources({ stack: 'mortal' })).items).toEqual([])
  })

  test('of one that was stopped and runs again come in again', async () => {
    await apply('again', { web: `echo "it begins"; ${waits}` })
    const begins = async (): Promise<number> => (await texts({ stack: 'again', q: 'begins' })).length
    await expect.poll(begins, patience).toBe(1)
    const { id } = (await house.admin.services.list({ stack: 'again' })).items[0]!
    const state = async () => (await house.admin.logHistory.sources({ stack: 'again' })).items[0]?.state
    await house.admin.services.stop({ id })
    await expect.poll(state, patience).toBe('waiting')
    await house.admin.services.start({ id })
    await expect.poll(state, patience).toBe('followed')
    await expect.poll(begins, patience).toBe(2)
  })

  test('are counted by level over time', async () => {
    const since = new Date(Date.now() - 3_600_000).toISOString()
    const { counts, levels } = await house.admin.logHistory.histogram({ stack: 'finder', since, buckets: 10 })
    const sum = (level: string): number => counts.reduce((total, row) => total + (row[levels.indexOf(level)] ?? 0), 0)
    expect([counts.length, sum('error'), sum('warn')]).toEqual([10, 1, 1])
  })

  test('are found by the fields that they tell, and counted so', async () => {
    const line = (status: number, path: string): string =>
      `echo '10.0.0.1 - - [20/Nov/2026:10:00:00 +0000] "GET ${path} HTTP/1.1" ${status} 7 "-" "-" rt=0.250'`
    const job = String.raw`echo '{"level":"info","method":"POST","url":"\/api\/pay","status":502,"responseTime":12}'`
    await apply('fields', {
      web: [line(200, '/api/a'), line(503, '/api/b'), line(404, '/none'), job, waits].join('; '),
    })
    await vi.waitFor(async () => expect(await texts({ stack: 'fields', stream: 'stdout' })).toHaveLength(4), patience)
    const found = async (where: string): Promise<number> => (await texts({ stack: 'fields', where })).length
    expect(await found('status>=500')).toBe(2)
    expect(await found('status>=400, path ~ /API')).toBe(2)
    expect(await found('path~/api/pay')).toBe(1)
    expect(await found('status=503')).toBe(1)
    expect(await found('format=nginx-access,durationMs>100')).toBe(3)
    expect(await found('status!=200')).toBe(3)
    expect(await texts({ stack: 'fields', level: 'error', where: 'format=json' })).toEqual([])
    const sum = async (query: object): Promise<number> =>
      (await house.admin.logHistory.histogram({ stack: 'fields', ...query })).counts.flat().reduce((a, b) => a + b, 0)
    expect(await sum({ where: 'status>=500' })).toBe(2)
    expect(await sum({ q: 'none' })).toBe(1)
    expect(await sum({ contains: 'API', level: 'error' })).toBe(1)
    expect(await sum({ regex: '50[0-9]', stream: 'stdout' })).toBe(2)
    for (const where of ['status', 'status>=many', '=3', 'a b=3'])
      await expect(found(where), where).rejects.toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  test('are downloaded in each format', async () => {
    const { token } = await house.signIn('admin', 'correct-horse-battery')
    const get = async (query: string): Promise<Buffer> => {
      const answer = await fetch(`${house.url}/api/v1/logs/export?stack=finder&stream=stdout&${query}`, {
        headers: { authorization: `Bearer ${token}` },
      })
      expect(answer.status).toBe(200)
      return Buffer.from(await answer.arrayBuffer())
    }
    expect((await get('format=txt')).toString()).toMatch(/ stdout error ERROR payment 4711 refused\n/)
    expect((JSON.parse((await get('format=json')).toString()) as unknown[]).length).toBe(3)
    expect((await get('format=ndjson')).toString().trim().split('\n')).toHaveLength(3)
    expect((await get('format=csv')).toString()).toMatch(/^at,service,stack,targetId,stream,level,text,position\r\n/)
    expect(gunzipSync(await get('format=txt&gzip=true')).toString()).toContain('last of web')
  })

  test('what cannot be asked is said', async () => {
    const code = (error: unknown): string => (error instanceof Problem ? error.code : String(error))
    const refused = async (query: Parameters<typeof search>[0]): Promise<string> => search(query).then(() => '', code)
    expect(await refused({ level: 'loud' })).toBe('VALIDATION_FAILED')
    expect(await refused({ stream: 'stdin' })).toBe('VALIDATION_FAILED')
    expect(await refused({ regex: '(' })).toBe('VALIDATION_FAILED')
    expect(await refused({ cursor: 'nonsense' })).toBe('VALIDATION_FAILED')
    expect(await refused({ service: 'nobody' })).toBe('NOT_FOUND')
    expect(await house.admin.logHistory.around({ position: '1.1.1' }).catch(code)).toBe('NOT_FOUND')
  })

  test('whoever may read the logs of one service finds no line of another', async () => {
    const web = (await house.admin.services.list({ stack: 'finder' })).items.find(({ name }) => name.includes('web'))!
    const grants = [{ on: 'service' as const, id: web.id, role: 'viewer' as const }]
    await house.admin.users.create({
      username: 'narrow',
      password: 'correct-horse-battery',
      role: 'viewer',
      reach: 'granted',
      grants,
    })
    const { client } = await house.signIn('narrow', 'correct-horse-battery')
    const { items } = await client.logHistory.search({})
    expect(new Set(items.map(({ serviceId }) => serviceId))).toEqual(new Set([web.id]))
    expect((await client.logHistory.sources({})).items.map(({ serviceId }) => serviceId)).toEqual([web.id])
  })
})
