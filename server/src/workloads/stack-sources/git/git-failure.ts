import { Failure } from '@wheelhouse/contract'
import type { GitAddress } from './git-address.ts'

interface Rule {
  readonly says: RegExp
  readonly code: 'TARGET_REFUSED' | 'TARGET_UNREACHABLE'
  readonly words: (host: string) => string
}

const rules: readonly Rule[] = [
  {
    says: /host key verification failed|no .* host key is known|REMOTE HOST IDENTIFICATION HAS CHANGED/i,
    code: 'TARGET_REFUSED',
    words: (host) =>
      `${host} shows a host key that is not the one given. Compare it with what the host publishes, then change hostKeys.`,
  },
  {
    says: /permission denied \(|publickey|load key .*(invalid|error)/i,
    code: 'TARGET_REFUSED',
    words: (host) => `${host} does not take the deploy key. Add its public half to the repository, or give another.`,
  },
  {
    says: /authentication failed|could not read (username|password)|terminal prompts disabled|returned error: 40[13]/i,
    code: 'TARGET_REFUSED',
    words: (host) => `${host} wants a sign-in, or refuses this one. Give a user name and a token that may read it.`,
  },
  {
    says: /returned error: 30[1278]|unable to update url base from redirection|redirect/i,
    code: 'TARGET_REFUSED',
    words: (host) => `${host} sends on to another address, which is not followed. Give the address it is at.`,
  },
  {
    says: /dubious ownership/i,
    code: 'TARGET_REFUSED',
    words: (host) =>
      `On ${host} the repository belongs to another user than the one that reads it, so git there refuses.`,
  },
  {
    says: /repository .*not found|returned error: 404|does not appear to be a git repository|not valid: is this a git/i,
    code: 'TARGET_REFUSED',
    words: (host) => `There is no such repository on ${host}, or it is shown to nobody without a sign-in.`,
  },
  {
    says: /certificate|SSL|TLS/i,
    code: 'TARGET_REFUSED',
    words: (host) =>
      `${host} shows a certificate that is not trusted. Add its authority to those of the machine of the control plane.`,
  },
  {
    says: /could not resolve|connection (refused|reset|timed out|closed)|failed to connect|couldn't connect|no route|unreachable|remote end hung up|early EOF|too slow|Operation too slow/i,
    code: 'TARGET_UNREACHABLE',
    words: (host) => `${host} does not answer, or broke off. Try again, or check the address.`,
  },
]

/** What git adds to any trouble of a connection. */
const hollow =
  /could not read from remote repository|make sure you have the correct access rights|and the repository exists/i

/** What git said, as a Failure that says what to do. What it printed itself is shown only in its last line, which holds no credential. */
export function gitFailure({ host }: Pick<GitAddress, 'host'>, said: string): Failure {
  const rule = rules.find(({ says }) => says.test(said))
  if (rule) return new Failure(rule.code, rule.words(host))
  const lines = said.split('\n').flatMap((line) => (hollow.test(line) ? [] : [line.trim()]))
  const last = lines.findLast((line) => /^(fatal|error|remote):/.test(line)) ?? lines.findLast((line) => line !== '')
  // oxlint-disable-next-line no-control-regex
  const plain = (last ?? 'nothing').replace(/[\u0000-\u001f\u007f]/g, '').slice(0, 200)
  return new Failure('TARGET_REFUSED', `The repository on ${host} was not fetched. Git says: ${plain}`)
}
