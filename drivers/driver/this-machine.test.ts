import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { hostOf, isThisMachine } from './this-machine.ts'

test.for<[address: string, host: string | null]>([
  ['local', null],
  ['unix:///var/run/docker.sock', null],
  ['tcp://10.0.0.7:2376', '10.0.0.7'],
  ['tcp://engine.lan:2375/', 'engine.lan'],
  ['tcp://[fd00::7]:2376', 'fd00::7'],
  ['ssh://operator@engine.lan', 'engine.lan'],
])('%s is on %s', ([address, host]) => expect(hostOf(address)).toBe(host))

test('the loopback and what interfaces have is this machine', () => {
  const own = Object.values(networkInterfaces()).flatMap((all) => all?.map(({ address }) => address) ?? [])
  expect(own.length).toBeGreaterThan(0)
  for (const host of ['localhost', '127.0.0.1', '127.8.9.1', '::1', ...own])
    expect(isThisMachine(host), host).toBe(true)
  for (const host of ['192.0.2.1', '2001:db8::1', 'engine.lan']) expect(isThisMachine(host), host).toBe(false)
})
