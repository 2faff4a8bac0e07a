import { Failure } from '@wheelhouse/contract'
import type { SshDestination } from './destination.ts'

const told: readonly (readonly [RegExp, (to: SshDestination) => string])[] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|host key .* has changed/i,
    (to) =>
      `${to.host} shows another host key than the one that is trusted. Somebody may be between. If the host was set up anew, try the address again and accept its new key.`,
  ],
  [
    /host key verification failed|no .* host key is known/i,
    (to) => `The host key of ${to.host} is not trusted yet. Try the address and accept the key that it shows.`,
  ],
  [
    /permission denied|too many authentication failures|no more authentication methods/i,
    (to) => `${to.login} is not let in over SSH. Put our public key into its authorized_keys, or give another key.`,
  ],
  [/could not resolve hostname/i, (to) => `The name ${to.host} is not known here. Check the address and the DNS.`],
  [/connection refused/i, (to) => `${to.host} refuses SSH. Check that sshd runs and listens on port ${to.port ?? 22}.`],
  [
    /timed out|no route to host|network is unreachable/i,
    (to) => `${to.host} does not answer on SSH. Check that the host is up and no firewall is between.`,
  ],
  [
    /administratively prohibited|forwarding (is )?(disabled|refused|failed)/i,
    (to) => `sshd of ${to.host} forwards no sockets. Set AllowStreamLocalForwarding yes there.`,
  ],
  [
    /open failed|connect failed/i,
    (to) =>
      `SSH to ${to.host} works, but nothing answers behind ${to.socket} there. Start Docker, and let ${to.login.split('@')[0] ?? 'the user'} use its socket (group docker).`,
  ],
]

/** What ssh said, as a Failure that says what to do. `words` are the last lines of its stderr. */
export function tunnelFailure(to: SshDestination, words: string): Failure {
  const clean = words.replace(/[\r\0]/g, '').trim()
  const sentence = told.find(([pattern]) => pattern.test(clean))?.[1](to)
  const last = clean.split('\n').at(-1)
  return new Failure(
    'TARGET_UNREACHABLE',
    sentence ??
      (last ? `SSH to ${to.host} failed: ${last}` : `SSH to ${to.host} ended without a word. Try it by hand.`),
    { via: 'ssh' },
  )
}
