import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { openTestHouse } from '../../../test/fixtures/house.ts'
import { addressOf } from './address.ts'

/** What a real upgrade with these headers is taken for, without a proxy and behind one. */
async function seen(headers: Record<string, string>): Promise<{ alone: string; behindProxy: string }> {
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { promise, resolve } = Promise.withResolvers<{ alone: string; behindProxy: string }>()
  sockets.on('connection', (_, request) =>
    resolve({ alone: addressOf(request, false), behindProxy: addressOf(request, true) }),
  )
  const socket = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { headers })
  await new Promise((opened) => socket.on('open', opened))
  socket.terminate()
  server.close()
  return promise
}

test('a socket’s address is its peer’s, or behind a proxy the one that the proxy wrote', async () => {
  const alone = '127.0.0.1'
  expect(await seen({ 'x-forwarded-for': '6.6.6.6, 7.7.7.7, 10.9.9.9' })).toEqual({ alone, behindProxy: '10.9.9.9' })
  expect(await seen({})).toEqual({ alone, behindProxy: alone })
  expect(await seen({ 'x-forwarded-for': ' ' })).toEqual({ alone, behindProxy: alone })
})

test.each([
  ['false', '127.0.0.1'],
  ['true', '10.9.9.9'],
])('HTTP sees the same (trustProxy %s): what a client writes before is never believed', async (trust, ip) => {
  const house = await openTestHouse({ env: { WHEELHOUSE_TRUST_PROXY: trust, WHEELHOUSE_SIGN_INS_PER_MINUTE: '5' } })
  try {
    const signIn = (forwarded: string): Promise<Response> =>
      fetch(`${house.url}/api/v1/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': forwarded, 'user-agent': 'spoofer' },
        body: JSON.stringify({ username: 'nobody', password: 'wrong' }),
      })
    const codes: number[] = []
    // A new address at each try would be a way around every limit.
    for (let n = 0; n < 8; n++) codes.push((await signIn(`6.6.6.${n}, 10.9.9.9`)).status)
    expect(codes).toContain(429)
    const { items } = await house.admin.audit.list({ operation: 'auth.login', outcome: 'refused' })
    expect(new Set(items.map((entry) => entry.ip))).toEqual(new Set([ip]))
  } finally {
    await house.close()
  }
})
