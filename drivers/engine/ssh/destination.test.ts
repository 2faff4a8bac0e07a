import { expect, test } from 'vitest'
import { sshDestination } from './destination.ts'
import { tunnelFailure } from './tunnel-failure.ts'

test('addresses over SSH', () => {
  expect(sshDestination('unix:///var/run/docker.sock')).toBeNull()
  expect(sshDestination('ssh://n2')).toEqual({ login: 'n2', host: 'n2', port: null, socket: '/var/run/docker.sock' })
  expect(sshDestination('ssh://ops@[fd00::2]:2222/run/user/1000/docker.sock')).toEqual({
    login: 'ops@fd00::2',
    host: 'fd00::2',
    port: 2222,
    socket: '/run/user/1000/docker.sock',
  })
  expect(sshDestination('ssh://ops@n2/')).toMatchObject({ login: 'ops@n2', socket: '/var/run/docker.sock' })
})

test.each([
  'ssh://',
  'ssh://-oProxyCommand=touch%20x',
  'ssh://-l@host',
  'ssh://user:password@host',
  'ssh://host/run/a:b.sock',
  'ssh://host/a b',
  'ssh://ho st',
  'ssh://host;id',
])('%s is no way', (address) => {
  expect(() => sshDestination(address)).toThrow('is no way over SSH. Use ssh://user@host')
})

const to = { login: 'ops@n2', host: 'n2', port: null, socket: '/var/run/docker.sock' }

test.each([
  ['Host key verification failed.', 'Try the address and accept the key'],
  ['@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.', 'shows another host key'],
  ['ops@n2: Permission denied (publickey).', 'ops@n2 is not let in'],
  ['ssh: Could not resolve hostname n2: Name or service not known', 'The name n2 is not known'],
  ['ssh: connect to host n2 port 22: Connection refused', 'listens on port 22'],
  ['ssh: connect to host n2 port 22: Connection timed out', 'does not answer on SSH'],
  ['channel 2: open failed: connect failed: open failed', 'nothing answers behind /var/run/docker.sock'],
  ['channel 2: open failed: administratively prohibited: open failed', 'AllowStreamLocalForwarding'],
  ['Bad configuration option: foo', 'SSH to n2 failed: Bad configuration option: foo'],
  ['', 'ended without a word'],
])('what ssh says is told as what to do: %s', (words, sentence) => {
  const failure = tunnelFailure(to, words)
  expect(failure.code).toBe('TARGET_UNREACHABLE')
  expect(failure.message).toContain(sentence)
})
