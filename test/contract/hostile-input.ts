import { errorCatalogue, type Operation, operations } from '@wheelhouse/contract'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { adminPassword, type TestHouse } from '../fixtures/house.ts'

interface Sent {
  readonly headers?: Record<string, string>
  readonly body?: string
  readonly query?: string
}
/** Every route against input that does not fit: the catalogue's error, never a 500, never a stack trace. */
export function hostileInput(open: () => Promise<TestHouse>): void {
  let house: TestHouse
  let token: string
  beforeAll(async () => {
    house = await open()
    token = (await house.signIn('admin', adminPassword)).token
  })
  afterAll(() => house.close())

  const filled = (operation: Operation, value: string): string =>
    operation.path.replaceAll(/:\w+/g, encodeURIComponent(value))

  async function send(operation: Operation, id: string, sent: Sent = {}): Promise<Response> {
    return fetch(`${house.url}${filled(operation, id)}${sent.query ?? ''}`, {
      method: operation.method,
      headers: { authorization: `Bearer ${token}`, ...sent.headers },
      ...(sent.body === undefined ? {} : { body: sent.body }),
    })
  }

  /** A refusal in the one form, that is no fault of the server and shows nothing of its inside. */
  async function expectRefusal(response: Response, what: string): Promise<string> {
    const text = await response.text()
    expect(response.status, `${what}: ${text}`).toBeLessThan(500)
    expect(response.status, what).toBeGreaterThanOrEqual(400)
    const body = JSON.parse(text) as Record<string, string>
    expect(Object.keys(body).sort(), what).toEqual(['details', 'errorCode', 'message', 'requestId', 'timestamp'])
    expect(Object.keys(errorCatalogue), what).toContain(body.errorCode)
    expect(text, what).not.toMatch(/node_modules|\.ts:\d+|\bat \w+ \(/)
    expect(response.headers.get('x-request-id'), what).toBe(body.requestId)
    return body.errorCode!
  }
  const gated = operations.filter((operation) => operation.permission !== 'public')
  const signed = new Set(['triggers.receive', 'stackSources.receive'])
  const uploads = operations.filter((operation) => operation.kind === 'upload')
  const withBody = operations.filter(
    (operation) => operation.kind !== 'upload' && operation.method !== 'GET' && operation.method !== 'DELETE',
  )
  const bytes = { 'content-type': 'application/octet-stream' }
  const json = { 'content-type': 'application/json' }
  // The session in use must survive the suite.
  const ends = new Set(['auth.logout', 'auth.revokeOtherSessions', 'auth.refresh'])

  test.each(gated.map((operation) => [operation.id, operation] as const))(
    '%s asks who calls',
    async (id, operation) => {
      expect(await expectRefusal(await send(operation, 'x', { headers: { authorization: '' } }), id)).toBe(
        'UNAUTHENTICATED',
      )
      for (const bad of ['Bearer x', 'Bearer wh_nope_nope', 'Basic YTpi', `Bearer ${token.slice(0, -2)}xx`]) {
        expect(['UNAUTHENTICATED', 'SESSION_ENDED']).toContain(
          await expectRefusal(await send(operation, 'x', { headers: { authorization: bad } }), id),
        )
      }
    },
  )

  test.each(withBody.filter((o) => !ends.has(o.id)).map((operation) => [operation.id, operation] as const))(
    '%s refuses bodies that do not fit',
    async (id, operation) => {
      expect(await expectRefusal(await send(operation, 'x', { headers: json, body: '{' }), id)).toBe('MALFORMED_BODY')
      expect(await expectRefusal(await send(operation, 'x', { headers: json, body: '[1]' }), id)).toBe(
        'VALIDATION_FAILED',
      )
      expect(
        await expectRefusal(await send(operation, 'x', { headers: json, body: '{"__proto__":{"admin":true}}' }), id),
      ).toBe('MALFORMED_BODY')
      expect(
        await expectRefusal(await send(operation, 'x', { headers: { 'content-type': 'text/xml' }, body: '<a/>' }), id),
      ).toBe('MEDIA_TYPE_REFUSED')
      // What a webhook is sent may hold anything; it is refused for want of a signature.
      expect(await expectRefusal(await send(operation, 'x', { headers: json, body: '{"surprise":1}' }), id)).toBe(
        signed.has(id) ? 'SIGNATURE_REFUSED' : 'VALIDATION_FAILED',
      )
      const large = JSON.stringify({ q: 'x'.repeat(5_000_000) })
      expect(await expectRefusal(await send(operation, 'x', { headers: json, body: large }), id)).toBe('BODY_TOO_LARGE')
    },
  )

  test('uploads take bytes, no other body, and no name that they do not know', async () => {
    for (const operation of uploads) {
      const { id } = operation
      for (const type of ['application/json', 'text/xml', 'multipart/form-data; boundary=x'])
        expect(
          await expectRefusal(await send(operation, 'x', { headers: { 'content-type': type }, body: '{}' }), id),
        ).toBe('MEDIA_TYPE_REFUSED')
      const query = '?surprise=1'
      expect(await expectRefusal(await send(operation, 'x', { headers: bytes, body: 'x', query }), id)).toBe(
        'VALIDATION_FAILED',
      )
    }
  })

  test.each(operations.filter((o) => o.path.includes(':')).map((operation) => [operation.id, operation] as const))(
    '%s says when there is no such thing',
    async (id, operation) => {
      for (const value of ['nope', '../../etc/passwd', '%00', "'; drop table users;--", 'x'.repeat(199)]) {
        const body = uploads.includes(operation)
          ? { headers: bytes, body: 'x' }
          : withBody.includes(operation)
            ? { headers: json, body: '{}' }
            : {}
        const answer = await send(operation, value, body)
        // An unknown webhook and a wrong signature must not be told apart.
        const missing = signed.has(id) ? 'SIGNATURE_REFUSED' : 'NOT_FOUND'
        expect([missing, 'VALIDATION_FAILED'], `${id} ${value}`).toContain(await expectRefusal(answer, id))
      }
    },
  )

  test.each(operations.filter((o) => o.method === 'GET').map((operation) => [operation.id, operation] as const))(
    '%s refuses queries that do not fit',
    async (id, operation) => {
      const query = '?limit=many&since=yesterday&nonsense=1'
      expect(['VALIDATION_FAILED']).toContain(await expectRefusal(await send(operation, 'x', { query }), id))
    },
  )

  test('lists refuse cursors that are not ours and fields that are not there', async () => {
    for (const path of ['services', 'targets', 'events', 'jobs', 'audit', 'users']) {
      for (const query of ['cursor=abc', 'cursor=*', 'limit=0', 'limit=1001']) {
        const answer = await fetch(`${house.url}/api/v1/${path}?${query}`, {
          headers: { authorization: `Bearer ${token}` },
        })
        expect(await expectRefusal(answer, `${path} ${query}`)).toBe('VALIDATION_FAILED')
      }
    }
    const answer = await fetch(`${house.url}/api/v1/users?fields=passwordHash`, {
      headers: { authorization: `Bearer ${token}` },
    })
    expect(await expectRefusal(answer, 'fields')).toBe('VALIDATION_FAILED')
  })

  test('a name given in path and body, or twice, is refused', async () => {
    const { id } = await house.admin.auth.me()
    const answer = await fetch(`${house.url}/api/v1/users/${id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${token}`, ...json },
      body: JSON.stringify({ id: 'someone-else', displayName: 'x' }),
    })
    expect(await expectRefusal(answer, 'twice')).toBe('VALIDATION_FAILED')
  })

  test('another origin may not act, and the method of an address is told', async () => {
    const foreign = await fetch(`${house.url}/api/v1/auth/logout`, {
      method: 'POST',
      headers: { origin: 'http://evil.example' },
    })
    expect(await expectRefusal(foreign, 'origin')).toBe('ORIGIN_REFUSED')
    const wrong = await fetch(`${house.url}/api/v1/services`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
    })
    expect(wrong.headers.get('allow')).toBe('GET')
    expect(await expectRefusal(wrong, 'method')).toBe('METHOD_NOT_ALLOWED')
    expect(await expectRefusal(await fetch(`${house.url}/api/v1/nowhere`), 'nowhere')).toBe('ROUTE_NOT_FOUND')
    expect(await expectRefusal(await fetch(`${house.url}/api/%ff`), 'bad url')).toBe('ROUTE_NOT_FOUND')
  })
}
