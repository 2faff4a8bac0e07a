import { expect, test } from 'vitest'
import { powersOf } from './powers.ts'

test('an ordinary container has none', () => {
  const Mounts = [
    { Type: 'volume', Source: '/var/lib/docker/volumes/x/_data' },
    { Type: 'bind', Source: '/srv/site' },
  ]
  expect(
    powersOf({
      HostConfig: { Privileged: false, CapAdd: ['CHOWN'], NetworkMode: 'shop_default', PidMode: '' },
      Mounts,
    }),
  ).toEqual([])
  expect(powersOf({})).toEqual([])
})

test.each([
  [{ HostConfig: { Privileged: true } }, 'runs privileged'],
  [{ HostConfig: { CapAdd: ['CAP_SYS_ADMIN'] } }, 'has the capability CAP_SYS_ADMIN'],
  [{ HostConfig: { CapAdd: ['all'] } }, 'has the capability all'],
  [{ HostConfig: { Devices: [{ PathOnHost: '/dev/sda' }] } }, 'uses devices of the host'],
  [{ HostConfig: { PidMode: 'host' } }, 'uses the process space of the host'],
  [{ HostConfig: { NetworkMode: 'host' } }, 'uses the network of the host'],
  [{ Mounts: [{ Type: 'bind', Source: '/var/run/docker.sock' }] }, 'mounts /var/run/docker.sock of the host'],
  [{ Mounts: [{ Type: 'bind', Source: '/etc/' }] }, 'mounts /etc of the host'],
  [{ Mounts: [{ Type: 'bind', Source: '/' }] }, 'mounts / of the host'],
])('%j is told', (native, clause) => {
  expect(powersOf(native)).toEqual([clause])
})
