import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../test/fixtures/house.ts'

let house: TestHouse
let path: string
let secret: string
let id: string
beforeAll(async () => {
  house = await openTestHouse()
  const action = { do: 'deploy', directory: '/nowhere/shop' } as const
  const made = await house.admin.triggers.create({ kind: 'webhook', name: 'ci', action })
  ;({ id } = made)
  path = made.path ?? ''
  secret = made.secret ?? ''
})
afterAll(() => house.close())

const sign = (body: string): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
async function deliver(body: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${house.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': sign(body), ...headers },
    body,
  })
  return ((await response.json()) as { errorCode?: string }).errorCode ?? 'taken'
}
const result = async () => (await house.admin.triggers.list({})).items.find((each) => each.id === id)?.lastAt

test('a signature is over the bytes as they were sent: spaces, order, and names that the input has too', async () => {
  const body = '{ "id": "x",\n  "dryRun": true, "ref": "refs/heads/grün" }'
  expect(await deliver(body, { 'x-hub-signature-256': sign(JSON.stringify(JSON.parse(body))) })).toBe(
    'SIGNATURE_REFUSED',
  )
  expect(await result()).toBeNull()
  expect(await deliver(body)).not.toBe('SIGNATURE_REFUSED')
  expect(await result()).not.toBeNull()
})

test('a body that is no JSON object, or over a megabyte, is refused before the signature', async () => {
  expect(await deliver('[1]')).toBe('VALIDATION_FAILED')
  expect(await deliver('{')).toBe('MALFORMED_BODY')
  expect(await deliver(JSON.stringify({ a: 'x'.repeat(1_048_576) }))).toBe('BODY_TOO_LARGE')
})

test('an Idempotency-Key answers nothing to those who cannot sign', async () => {
  const key = { 'idempotency-key': 'one' }
  await deliver('{}', key)
  expect(await deliver('{}', { ...key, 'x-hub-signature-256': sign('other') })).toBe('SIGNATURE_REFUSED')
})

test('refused deliveries are on record, without their bodies', async () => {
  await deliver('{"password":"kettle-77"}', { 'x-hub-signature-256': sign('other') })
  const { items } = await house.admin.audit.list({ operation: 'triggers.receive', limit: 1 })
  expect(items[0]).toMatchObject({ actor: 'anonymous', outcome: 'refused', errorCode: 'SIGNATURE_REFUSED' })
  expect(JSON.stringify(items)).not.toContain('kettle')
})

test('deliveries of one address are limited', async () => {
  const answers = new Set<string>()
  for (let n = 0; n < 130; n++) answers.add(await deliver('{}', { 'x-hub-signature-256': sign('other') }))
  expect([...answers]).toEqual(['SIGNATURE_REFUSED', 'RATE_LIMITED'])
})
