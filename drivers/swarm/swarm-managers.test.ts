import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Managers } from './swarm-managers.ts'

/** A manager that answers as an engine does while a leader is chosen, as often as it is told to. */
let server: Server
let refusals: { probe: number; deed: number }
let deeds: number
let words: string
const leaderless =
  "rpc error: code = Unknown desc = The swarm does not have a leader. It's possible that too few managers are online."
const managers = (): Managers => {
  const { port } = server.address() as AddressInfo
  return new Managers({ id: 'm', name: 'berlin', address: `tcp://127.0.0.1:${port}`, tls: null }, () => [])
}

beforeEach(async () => {
  refusals = { probe: 0, deed: 0 }
  deeds = 0
  words = leaderless
  server = createServer(({ method, url }, response) => {
    if (url?.endsWith('/version')) {
      response.writeHead(200, { 'content-type': 'application/json', 'api-version': '1.45' })
      return response.end(JSON.stringify({ ApiVersion: '1.45', MinAPIVersion: '1.24', Version: '26.1.5', Os: 'linux' }))
    }
    const of = method === 'GET' ? 'probe' : 'deed'
    if (of === 'deed') deeds++
    const refused = refusals[of]-- > 0
    response.writeHead(refused ? 503 : 200, { 'content-type': 'application/json' })
    return response.end(JSON.stringify(refused ? { message: words } : { ID: 'cluster' }))
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
})

test('what the managers refuse while they choose a leader is asked again, and done once', async () => {
  refusals = { probe: 1, deed: 2 }
  const one = managers()
  await one.act((client) => client.json({ path: '/services/create', method: 'POST', body: {} }))
  expect(deeds).toBe(3)
  one.close()
})

test('what a leader had begun when it lost its place is not asked again, and said to be unsure', async () => {
  refusals.deed = 1
  words = 'rpc error: code = Unknown desc = raft: failed to process the request: node lost leader status'
  const one = managers()
  const deed = one.act((client) => client.json({ path: '/services/create', method: 'POST', body: {} }))
  await expect(deed).rejects.toThrow('not known whether this was done')
  expect(deeds).toBe(1)
  one.close()
})

test('what is refused for another reason is not asked again', async () => {
  const one = managers()
  const deed = (): Promise<never> => Promise.reject(new Error('no'))
  await expect(one.act(deed)).rejects.toThrow('no')
  one.close()
})
