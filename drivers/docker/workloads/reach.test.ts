import { expect, test } from 'vitest'
import { parseAddress } from '@wheelhouse/engine'
import { engineHost, placeOf, type Published } from './reach.ts'

const published = (...addresses: string[]): Published => ({
  State: { Running: true },
  HostConfig: { NetworkMode: 'bridge' },
  NetworkSettings: {
    Ports: { '80/tcp': addresses.map((HostIp, index) => ({ HostIp, HostPort: String(4000 + index) })), '81/tcp': null },
  },
})

test.for<[addresses: string[], engine: string | null, place: string]>([
  [['0.0.0.0', '::'], null, '127.0.0.1:4000'],
  [['::', '0.0.0.0'], null, '127.0.0.1:4001'],
  [['::'], null, '::1:4000'],
  [['127.0.0.1'], null, '127.0.0.1:4000'],
  [['10.0.0.7'], null, '10.0.0.7:4000'],
  [['0.0.0.0'], 'engine.lan', 'engine.lan:4000'],
  [['127.0.0.1', '10.0.0.7'], 'engine.lan', '10.0.0.7:4001'],
  [[''], 'engine.lan', 'engine.lan:4000'],
])('%j on the engine %s', ([addresses, engine, place]) => {
  const found = placeOf(published(...addresses), 80, engine)
  expect(`${found?.host}:${found?.port}`).toBe(place)
})

test('nowhere, or on the host itself', () => {
  expect(placeOf(published(), 80, null)).toBeNull()
  expect(placeOf(published('0.0.0.0'), 81, null)).toBeNull()
  expect(placeOf({ ...published('0.0.0.0'), State: { Running: false } }, 80, null)).toBeNull()
  expect(placeOf(published('127.0.0.1', '::1'), 80, 'engine.lan')).toBeNull()
  const host = { ...published(), HostConfig: { NetworkMode: 'host' } }
  expect(placeOf(host, 9000, null)).toEqual({ host: '127.0.0.1', port: 9000 })
  expect(placeOf(host, 9000, 'engine.lan')).toEqual({ host: 'engine.lan', port: 9000 })
})

test.for<[address: string, host: string | null]>([
  ['unix:///var/run/docker.sock', null],
  ['tcp://127.0.0.1:2376', null],
  ['tcp://engine.lan:2376', 'engine.lan'],
  ['ssh://operator@engine.lan', 'engine.lan'],
])('the engine of %s is on %s', ([address, host]) => {
  expect(engineHost(parseAddress({ address, tls: null }))).toBe(host)
})
