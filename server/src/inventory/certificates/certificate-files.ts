import { randomUUID, X509Certificate } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Failure } from '@wheelhouse/contract'
import { domainsOf } from './certificate-text.ts'
import { fileStem } from './domain-name.ts'
import type { AuthorityPair, CertificateRecord } from './store.ts'

export interface WrittenFiles {
  readonly certificateFile: string
  readonly keyFile: string
}

const unwritable: Readonly<Record<string, string>> = {
  EACCES: 'Wheelhouse may not write there',
  EPERM: 'Wheelhouse may not write there',
  EROFS: 'it is read-only',
  ENOTDIR: 'a part of it is a file',
  ENAMETOOLONG: 'its name is too long',
}

const badFolder = (why: string): Failure =>
  new Failure('VALIDATION_FAILED', `folder: ${why}. Name another.`, { fields: [{ field: 'folder', message: why }] })

/** Absolute and without a step upwards, or VALIDATION_FAILED. */
export function requireFolder(folder: string): string {
  if (folder.includes('\0') || resolve(folder) !== folder.replace(/(.)\/+$/, '$1'))
    throw badFolder('it is no absolute path, such as /etc/app/certs')
  return resolve(folder)
}

/** A file may be written over only where it holds an earlier certificate for the same domains. */
async function requireFree(
  file: string,
  domains: readonly string[],
  taken: readonly CertificateRecord[],
): Promise<void> {
  const owner = taken.find((record) => record.certificateFile === file)
  if (owner)
    throw new Failure('CONFLICT', `${file} belongs to the certificate ${owner.name}. Remove that, or name a folder.`)
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (text === null) return
  let same = false
  try {
    same = domainsOf(new X509Certificate(text)).join() === domains.join()
  } catch {
    // No certificate: not ours to write over.
  }
  if (!same) throw new Failure('CONFLICT', `${file} exists already and is for something else. Move it away first.`)
}

/** Beside the place and then into it, so that a reader never sees half a file, and a link there is not followed. */
async function place(file: string, text: string): Promise<void> {
  const beside = `${file}.${randomUUID()}`
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

/** Writes `<first>+<n>.pem` and `<first>+<n>-key.pem`, both mode 0600. Throws CONFLICT, STORAGE_FULL or VALIDATION_FAILED. */
export async function writeFiles(
  folder: string,
  domains: readonly string[],
  pair: AuthorityPair,
  taken: readonly CertificateRecord[],
): Promise<WrittenFiles> {
  const stem = join(folder, fileStem(domains))
  const files = { certificateFile: `${stem}.pem`, keyFile: `${stem}-key.pem` }
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    await requireFree(files.certificateFile, domains, taken)
    await place(files.keyFile, pair.key)
    await place(files.certificateFile, pair.certificate)
  } catch (error) {
    if (error instanceof Failure) throw error
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new Failure('STORAGE_FULL')
    throw badFolder(unwritable[code] ?? `it cannot be written (${code || 'unknown reason'})`)
  }
  return files
}

export async function removeFiles({ certificateFile, keyFile }: WrittenFiles): Promise<void> {
  for (const file of [certificateFile, keyFile]) await rm(file, { force: true })
}
