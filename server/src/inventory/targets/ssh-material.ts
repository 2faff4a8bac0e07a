import { Failure } from '@wheelhouse/contract'
import type { Ssh } from './store.ts'

const refuse = (field: string, why: string): never => {
  throw new Failure('VALIDATION_FAILED', `${field}: ${why}.`, { fields: [{ field, message: why }] })
}

/** Name of the cipher in an OpenSSH key: its file begins with a magic word and then says it (PROTOCOL.key of OpenSSH). */
function cipherOf(pem: string): string | null {
  const body = pem.replace(/-----[^-]+-----/g, '').replace(/\s/g, '')
  const bytes = Buffer.from(body, 'base64')
  const magic = 'openssh-key-v1\0'
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic || bytes.length < magic.length + 4) return null
  const length = bytes.readUInt32BE(magic.length)
  return bytes.subarray(magic.length + 4, magic.length + 4 + length).toString('latin1')
}

function refuseUnusableKey(key: string, field: string): void {
  const kind = /^\s*-----BEGIN ((?:OPENSSH|RSA|EC|DSA|ENCRYPTED)? ?PRIVATE KEY)-----/.exec(key)?.[1]
  if (kind === undefined) {
    refuse(field, 'it is no private key. Give the file without .pub, which begins with -----BEGIN')
  }
  const locked = kind === 'OPENSSH PRIVATE KEY' ? cipherOf(key) !== 'none' : /ENCRYPTED/.test(key)
  if (locked) {
    refuse(
      field,
      'it is under a passphrase, or is not whole. Give a key without one, made for Wheelhouse alone, or leave it to the agent',
    )
  }
}

/** SSH material as it was given, when ssh can use it; else VALIDATION_FAILED that says which part does not fit. `within` stands before its name. */
export function usableSsh(
  given: { readonly privateKey?: string | undefined; readonly hostKeys?: string | undefined },
  within = 'ssh.',
): Ssh {
  if (given.privateKey !== undefined) refuseUnusableKey(given.privateKey, `${within}privateKey`)
  for (const line of (given.hostKeys ?? '').split('\n').map((text) => text.trim())) {
    if (line === '' || line.startsWith('#')) continue
    if (!/^(@cert-authority )?\S+ \S+ [A-Za-z0-9+/]+={0,2}( .*)?$/.test(line)) {
      refuse(`${within}hostKeys`, `"${line.slice(0, 60)}" is no line of a known_hosts file`)
    }
  }
  return Object.fromEntries(Object.entries(given).filter(([, text]) => text !== undefined && text.trim() !== ''))
}
