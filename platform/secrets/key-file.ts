import { createHash, randomBytes } from 'node:crypto'
import { closeSync, fstatSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { KeyFileUnsafe, KeyUnreadable } from './secrets-error.ts'

export interface Key {
  /** First 8 bytes of the key's SHA-256, hex: names the key, tells nothing of it. */
  readonly id: string
  readonly bytes: Buffer
}

/** A key of 32 bytes in base64, base64url or hex. */
export function parseKey(text: string, where: string): Key {
  const trimmed = text.trim()
  const bytes = /^[0-9a-f]{64}$/i.test(trimmed) ? Buffer.from(trimmed, 'hex') : Buffer.from(trimmed, 'base64')
  if (bytes.length !== 32 || !/^[\w+/=-]+$/.test(trimmed)) {
    throw new KeyUnreadable(
      `${where} is not a key of 32 bytes in base64 or hex. Make one with: openssl rand -base64 32`,
    )
  }
  return { id: createHash('sha256').update(bytes).digest('hex').slice(0, 16), bytes }
}

export function newKey(): Key {
  return parseKey(randomBytes(32).toString('base64'), 'the new key')
}

/** The keys of the file, newest first; makes the file with one key where there is none. */
export function readKeyFile(path: string): Key[] {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return createKeyFile(path)
  }
  try {
    const stat = fstatSync(file)
    if (!stat.isFile()) throw new KeyFileUnsafe(`${path} is not a plain file. Name a file for the key`)
    if ((stat.mode & 0o077) !== 0) {
      const mode = (stat.mode & 0o777).toString(8)
      throw new KeyFileUnsafe(
        `The key file ${path} can be read by others (mode ${mode}). Close it with: chmod 600 ${path}`,
      )
    }
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .map((line) => line.trim())
    const keys = lines.flatMap((line, index) => {
      return line === '' || line.startsWith('#') ? [] : [parseKey(line, `Line ${index + 1} of the key file ${path}`)]
    })
    if (keys.length === 0)
      throw new KeyUnreadable(
        `The key file ${path} is empty. Restore it from a backup: what it sealed cannot be opened without it`,
      )
    return keys
  } finally {
    closeSync(file)
  }
}

function createKeyFile(path: string): Key[] {
  const keys = [newKey()]
  try {
    writeDurably(path, keys)
  } catch (error) {
    // Another start made it at the same moment: its key is the key.
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return readKeyFile(path)
    throw error
  }
  return keys
}

/** Writes beside the file and renames, so that a crash leaves the old keys or the new ones, never half of them. */
export function replaceKeyFile(path: string, keys: readonly Key[]): void {
  const beside = `${path}.new`
  rmSync(beside, { force: true })
  writeDurably(beside, keys)
  renameSync(beside, path)
  syncFolder(path)
}

function writeDurably(path: string, keys: readonly Key[]): void {
  const file = openSync(path, 'wx', 0o600)
  try {
    const lines = keys.map((key) => key.bytes.toString('base64'))
    writeFileSync(
      file,
      `# Newest key first. Whoever has this file can read every stored secret.\n${lines.join('\n')}\n`,
    )
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  syncFolder(path)
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}
