import { Failure } from '@wheelhouse/contract'
import { usableSsh } from '../../inventory/targets/index.ts'
import { hasControls } from './git/control-characters.ts'
import type { GitAddress } from './git/git-address.ts'
import type { Hidden, SourceRecord } from './store.ts'

interface Given {
  readonly username?: string | undefined
  readonly token?: string | undefined
  readonly privateKey?: string | undefined
  readonly hostKeys?: string | undefined
  readonly variables?: Readonly<Record<string, string>> | undefined
}

const refuse = (field: string, why: string): never => {
  throw new Failure('VALIDATION_FAILED', `${field}: ${why}`, { field })
}

/** What is kept with what is given over it, when it fits the address; else VALIDATION_FAILED that says which part does not. */
export function credentialsFor(
  address: GitAddress,
  given: Given,
  kept: Pick<SourceRecord, 'hidden' | 'hostKeys'> | null,
): { hidden: Hidden; hostKeys: string | null } {
  const overSsh = address.kind === 'ssh'
  if (overSsh && given.token !== undefined) refuse('token', 'over SSH a deploy key signs in. Give privateKey.')
  if (!overSsh && given.privateKey !== undefined)
    refuse('privateKey', 'a deploy key signs in over SSH. Use the ssh:// address of the repository, or give a token.')
  if (address.kind === 'http' && (given.token ?? given.username) !== undefined)
    refuse('token', 'over http:// it could be read on the way. Use the https:// address of the repository.')
  if (hasControls(`${given.token ?? ''}${given.username ?? ''}`))
    refuse('token', 'it holds a line break or a control character.')
  if ((given.username ?? '').includes(':')) refuse('username', 'it holds a colon, which no user name over https has.')
  const hidden: Hidden = {
    ...kept?.hidden,
    ...(given.username === undefined ? {} : { username: given.username }),
    ...(given.token === undefined ? {} : { token: given.token }),
    ...(given.privateKey === undefined ? {} : { privateKey: given.privateKey }),
    ...(given.variables === undefined ? {} : { variables: given.variables }),
  }
  const hostKeys = given.hostKeys ?? kept?.hostKeys ?? null
  if (!overSsh) return { hidden, hostKeys: null }
  if (hidden.privateKey === undefined)
    refuse('privateKey', 'over SSH a deploy key is needed: one made for this, without a passphrase.')
  if (hostKeys === null || hostKeys.trim() === '')
    refuse('hostKeys', `the keys that ${address.host} must show are needed, as lines of a known_hosts file.`)
  usableSsh({ privateKey: given.privateKey, hostKeys: given.hostKeys }, '')
  return { hidden, hostKeys }
}
