/** The key file can be read by others, or is not a plain file. */
export class KeyFileUnsafe extends Error {
  override readonly name = 'KeyFileUnsafe'
}

/** The key file or the key given is no 32-byte key. */
export class KeyUnreadable extends Error {
  override readonly name = 'KeyUnreadable'
}

/** A sealed value names a key that is not here. */
export class KeyUnknown extends Error {
  override readonly name = 'KeyUnknown'
}

/** A sealed value was changed, cut short, or belongs to another context. */
export class SealBroken extends Error {
  override readonly name = 'SealBroken'
}
