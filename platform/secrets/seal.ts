import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { statSync } from 'node:fs'
import type { Transform } from 'node:stream'
import { type Key, newKey, parseKey, readKeyFile, replaceKeyFile } from './key-file.ts'
import { openingStream, sealingStream } from './seal-stream.ts'
import { Secret } from './secret.ts'
import { KeyUnknown, KeyUnreadable, SealBroken } from './secrets-error.ts'

/** Seals values under a key. A sealed value is `v1.<keyId>.<nonce>.<ciphertext and tag>`, the last two base64url. */
export interface Secrets {
  /** The newest key, which seals. */
  readonly keyId: string
  /** `context` names the place of the value (`config/42/DB_PASSWORD`): sealed for one place, it opens nowhere else. */
  seal(plain: string, context: string): string
  /** Throws KeyUnknown, or SealBroken for a changed value or another context. */
  open(sealed: string, context: string): Secret
  /**
   * Seals what flows through, of any length, in constant memory. `place` names where it belongs (`backups/2026-02-15_14-30-00/…`):
   * sealed for one place, it opens nowhere else.
   */
  sealStream(place: string): Transform
  /**
   * Opens what `sealStream` made. Fails with KeyUnknown, or with SealBroken for what was changed, reordered or cut short. A cut is
   * only seen at the end: what came before is genuine, but use it only once the stream has ended well.
   */
  openStream(place: string): Transform
  /** Ids of all keys that open, the newest first. */
  readonly keyIds: readonly string[]
  /** Since when the keys are as they are, epoch ms; null where they were given by a variable and only a person can change them. */
  readonly since: number | null
  /** True where it was sealed under an older key. */
  needsReseal(sealed: string): boolean
  /** Adds a new key to the key file; it seals from now on, the older ones still open. Returns its id. */
  rotate(): string
  /** Drops every key but the newest, once nothing is sealed under them. */
  retire(): void
}

export type SecretsSource = { readonly keyFile: string } | { readonly key: string }

/** Keys from a file (made with mode 0600 where there is none) or given, several separated by commas, newest first. */
export function openSecrets(source: SecretsSource): Secrets {
  let keys = 'keyFile' in source ? readKeyFile(source.keyFile) : keysGiven(source.key)
  const replace = (next: Key[]): string => {
    if (!('keyFile' in source)) {
      throw new KeyUnreadable(
        'The key was given by a variable. Put a new key before it, separated by a comma, and start again',
      )
    }
    replaceKeyFile(source.keyFile, next)
    keys = next
    return newest(next).id
  }
  return {
    get keyId() {
      return newest(keys).id
    },
    get keyIds() {
      return keys.map(({ id }) => id)
    },
    get since() {
      return 'keyFile' in source ? statSync(source.keyFile).mtimeMs : null
    },
    seal: (plain, context) => seal(newest(keys), plain, context),
    open: (sealed, context) => new Secret(open(keys, sealed, context)),
    sealStream: (place) => sealingStream(newest(keys), place),
    openStream: (place) => openingStream(keys, place),
    needsReseal: (sealed) => parse(sealed).keyId !== newest(keys).id,
    rotate: () => replace([newKey(), ...keys]),
    retire: () => void replace([newest(keys)]),
  }
}

function keysGiven(text: string): Key[] {
  return text.split(',').map((part, index) => parseKey(part, index === 0 ? 'The key' : `Key ${index + 1}`))
}

function newest(keys: readonly Key[]): Key {
  const [key] = keys
  if (!key) throw new KeyUnreadable('There is no key')
  return key
}

function seal(key: Key, plain: string, context: string): string {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key.bytes, nonce)
  cipher.setAAD(associated(key.id, context))
  const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `v1.${key.id}.${nonce.toString('base64url')}.${body.toString('base64url')}`
}

function open(keys: readonly Key[], sealed: string, context: string): string {
  const { keyId, nonce, body } = parse(sealed)
  const key = keys.find((candidate) => candidate.id === keyId)
  if (!key)
    throw new KeyUnknown(
      `A value was sealed under the key ${keyId}, which is not in use. Restore that key and start again`,
    )
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, nonce, { authTagLength: 16 })
    decipher.setAAD(associated(keyId, context))
    decipher.setAuthTag(body.subarray(-16))
    return decipher.update(body.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8')
  } catch (error) {
    throw new SealBroken(
      `The sealed value of ${context} was changed or belongs elsewhere. Restore it from a backup or set it again`,
      {
        cause: error,
      },
    )
  }
}

function associated(keyId: string, context: string): Buffer {
  return Buffer.from(`v1.${keyId}.${context}`)
}

function parse(sealed: string): { keyId: string; nonce: Buffer; body: Buffer } {
  const [, keyId, nonce, body] = /^v1\.([0-9a-f]{16})\.([\w-]{16})\.([\w-]{22,})$/.exec(sealed) ?? []
  if (!keyId || !nonce || !body)
    throw new SealBroken('A sealed value is cut short or of an unknown form. Restore it from a backup or set it again')
  const bytes = Buffer.from(body, 'base64url')
  // Two spellings of one value would be a way to change it unseen: the spare bits at its end must be zero.
  if (bytes.toString('base64url') !== body)
    throw new SealBroken('A sealed value was changed. Restore it from a backup or set it again')
  return { keyId, nonce: Buffer.from(nonce, 'base64url'), body: bytes }
}
