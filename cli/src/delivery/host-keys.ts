import type { Client } from '@wheelhouse/client'
import { Complaint } from '../failure.ts'
import { ask } from '../prompt.ts'
import type { Shell } from '../shell.ts'

type Ssh = { privateKey?: string | undefined; hostKeys?: string | undefined }

/**
 * What to send along for an ssh:// address: where its host is not trusted yet, the keys it shows are printed and asked about.
 * Throws where they were refused, or there is nobody to ask.
 */
export async function trusted(
  shell: Shell,
  client: Client,
  address: string,
  ssh: Ssh,
  accept: boolean,
): Promise<Ssh | undefined> {
  if (!address.startsWith('ssh://')) return undefined
  const given = Object.values(ssh).some((text) => text !== undefined) ? ssh : undefined
  if (ssh.hostKeys !== undefined) return ssh
  const tried = await client.targets.probe({ address, ...(given ? { ssh: given } : {}) })
  if (tried.hostKeys === null) return given
  if (tried.hostKeys.length === 0)
    throw new Complaint(
      'unreachable',
      'TARGET_UNREACHABLE',
      `${address} shows no host key. ${tried.reason ?? ''}`.trim(),
    )
  shell.say(`${tried.reason ?? 'The host is not trusted yet.'}\nIt shows:`)
  for (const key of tried.hostKeys) shell.say(`  ${key.type}  ${key.fingerprint}`)
  shell.say('Compare them on the host itself: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub', 'dim')
  if (!accept) {
    const answer = await ask(shell, 'Are they its keys? Type yes to trust them: ')
    if (answer.trim().toLowerCase() !== 'yes')
      throw new Complaint('refused', 'NOT_TRUSTED', 'Not trusted. Nothing was changed.')
  }
  return { ...ssh, hostKeys: tried.hostKeys.map((key) => key.line).join('\n') }
}
