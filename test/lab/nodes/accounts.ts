import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The account that reaches a node by SSH; it may use the engine because it is in the group docker. */
export const operator = { name: 'operator', uid: 6077, home: '/run/home/operator' }
const docker = 6078

/**
 * Writes the account files of a node: those of this machine with the operator and the user that sshd wants for itself.
 * The node sees them in place of `/etc/passwd` and its kin; this machine is not changed.
 */
export function makeAccounts(parent: string): string {
  const folder = join(parent, 'etc')
  mkdirSync(folder, { recursive: true })
  const own = (file: string, ...names: string[]) => {
    const lines = readFileSync(join('/etc', file), 'utf8').trimEnd().split('\n')
    return lines.filter((line) => !names.includes(line.split(':')[0] ?? ''))
  }
  const write = (file: string, lines: string[]) => writeFileSync(join(folder, file), lines.join('\n') + '\n')
  const { name, uid, home } = operator
  const daemon = ['sshd:x:6079:65534::/run/sshd:/usr/sbin/nologin', 'sshd:*:19000:0:99999:7:::']
  write('passwd', [...own('passwd', name, 'sshd'), `${name}:x:${uid}:${uid}::${home}:/bin/sh`, daemon[0] ?? ''])
  write('group', [...own('group', name, 'docker'), `${name}:x:${uid}:`, `docker:x:${docker}:${name}`])
  // Nobody has a password there, and no password of this machine is copied.
  write('shadow', ['root:*:19000:0:99999:7:::', `${name}:*:19000:0:99999:7:::`, daemon[1] ?? ''])
  chmodSync(join(folder, 'shadow'), 0o600)
  return folder
}
