import { createSecureContext } from 'node:tls'
import { Failure } from '@wheelhouse/contract'
import type { Tls } from './store.ts'

const words: Readonly<Record<string, string>> = {
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: 'the key does not belong to the certificate. Give the two that were made together',
  ERR_OSSL_PEM_NO_START_LINE: 'it is not PEM text. It begins with -----BEGIN',
  ERR_OSSL_BAD_DECRYPT: 'the key is under a password. Give it without one',
}

/** Certificates as they were given, when a connection can be made with them; else VALIDATION_FAILED that says which does not fit. */
export function usableTls(given: {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
}): Tls {
  const tls: Tls = Object.fromEntries(Object.entries(given).filter(([, pem]) => pem !== undefined))
  const refuse = (field: string, why: string): never => {
    throw new Failure('VALIDATION_FAILED', `${field}: ${why}.`, { fields: [{ field, message: why }] })
  }
  if ((tls.cert === undefined) !== (tls.key === undefined)) {
    const missing = tls.cert === undefined ? 'cert' : 'key'
    refuse(`tls.${missing}`, 'is missing. A certificate and its key go together')
  }
  for (const part of [{ ca: tls.ca }, { cert: tls.cert }, { key: tls.key }, { cert: tls.cert, key: tls.key }]) {
    const [field, pem] = Object.entries(part).at(-1) ?? []
    if (pem === undefined) continue
    try {
      createSecureContext(part)
    } catch (error) {
      const { code } = error as { code?: string }
      refuse(`tls.${field}`, words[code ?? ''] ?? 'it cannot be read as PEM. Give the file as it was made')
    }
  }
  return tls
}
