import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../../../test/fixtures/house.ts'

let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse({ env: { WHEELHOUSE_LOG_HISTORY: 'true' } })
}, 120_000)
afterAll(() => house.close(), 60_000)

const string = (key: string, value: string) => ({ key, value: { stringValue: value } })
const logs = (name: string, ...logRecords: object[]) => ({
  resourceLogs: [
    {
      resource: { attributes: [string('service.name', name), string('service.namespace', 'shop')] },
      scopeLogs: [{ scope: { name: 'x' }, logRecords }],
    },
  ],
})
async function send(token: string, body: object): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  return (await fetch(`${house.url}/v1/logs`, { method: 'POST', headers, body: JSON.stringify(body) })).status
}

test('OpenTelemetry sends its lines in with a token, and they are found under the name of its service', async () => {
  const { secret: token } = await house.admin.tokens.create({ name: 'collector', scopes: ['logs.write'] })
  const ms = Date.now()
  const at = new Date(ms).toISOString()
  const timeUnixNano = `${ms}456789`
  const sent = await send(
    token,
    logs(
      'checkout',
      { timeUnixNano, severityNumber: 17, body: { stringValue: 'payment refused' } },
      {
        timeUnixNano,
        severityNumber: 9,
        body: { stringValue: 'paid' },
        attributes: [
          { key: 'order', value: { intValue: '4711' } },
          { key: 'tags', value: { arrayValue: { values: [{ stringValue: 'a' }, { boolValue: true }] } } },
        ],
        traceId: 'abc',
      },
      { observedTimeUnixNano: timeUnixNano, body: { stringValue: 'Error: it broke\n    at main (a.js:1:1)' } },
    ),
  )
  expect(sent).toBe(200)
  const found = async () => (await house.admin.logHistory.search({ service: 'shop/checkout', order: 'oldest' })).items
  await vi.waitFor(async () => expect(await found()).toHaveLength(4), { timeout: 60_000, interval: 100 })
  expect((await found()).map((line) => [line.level, line.text, line.goesOn, line.at])).toEqual([
    ['error', 'payment refused', false, at],
    ['info', '{"message":"paid","order":4711,"tags":["a",true],"traceId":"abc"}', false, at],
    [null, 'Error: it broke', false, at],
    [null, '    at main (a.js:1:1)', true, at],
  ])
  expect((await house.admin.logHistory.search({ service: 'checkout', where: 'order=4711' })).items).toHaveLength(1)
  expect((await house.admin.logHistory.sources({ stack: 'shop' })).items).toMatchObject([
    { name: 'checkout', state: 'followed', targetName: 'OpenTelemetry' },
  ])
})

test('without the right to write, or as what is none, nothing is taken', async () => {
  const { secret: token } = await house.admin.tokens.create({ name: 'reader', scopes: ['logs.read'] })
  expect(await send(token, logs('nobody', { body: { stringValue: 'x' } }))).toBe(403)
  expect(await send('wrong', logs('nobody'))).toBe(401)
  const { secret: writer } = await house.admin.tokens.create({ name: 'writer', scopes: ['logs.write'] })
  expect(await send(writer, { resourceLogs: 'none' })).toBe(400)
  expect(await send(writer, { resourceLogs: [{ scopeLogs: 'none' }] })).toBe(400)
  expect(await send(writer, {})).toBe(200)
  expect(await house.admin.logHistory.sources({ service: 'nobody' }).catch((error: Error) => error.message)).toContain(
    'No lines are kept',
  )
})
