import { mkdir, open, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { readTar, type TarEntry } from '@wheelhouse/client/tar'
import { Complaint } from '../failure.ts'

/**
 * Writes a tar of one file or folder to `to`: into it where it is a folder, else under that very name. Never outside of it: names that
 * climb end it, links and devices are passed by and told. Answers how many files were written.
 */
export async function unpack(
  body: AsyncIterable<Uint8Array>,
  to: string,
  passedBy: (name: string) => void,
): Promise<number> {
  const place = resolve(to)
  const into =
    to.endsWith('/') ||
    (await stat(place).then(
      (one) => one.isDirectory(),
      () => false,
    ))
  let root: string | null = null
  let files = 0
  await readTar(body, async (entry, content) => {
    const parts = partsOf(entry)
    const [first = ''] = parts
    root ??= first
    if (first !== root) throw refused(entry.name, 'it lies beside the others')
    const path = into ? join(place, ...parts) : join(place, ...parts.slice(1))
    if (entry.kind === 'folder') await mkdir(path, { recursive: true, mode: 0o755 })
    else if (entry.kind === 'file') {
      await mkdir(dirname(path), { recursive: true })
      await write(path, entry, content)
      files += 1
    } else passedBy(entry.name)
  })
  return files
}

function partsOf(entry: TarEntry): string[] {
  const parts = entry.name.split('/').filter((part) => part !== '' && part !== '.')
  // Windows reads backslashes and colons as more than letters of a name.
  if (
    entry.name.startsWith('/') ||
    parts.length === 0 ||
    parts.some((part) => part === '..' || (/[\\:]/.test(part) && process.platform === 'win32'))
  )
    throw refused(entry.name, 'its name leads elsewhere')
  return parts
}

async function write(path: string, entry: TarEntry, content: AsyncIterable<Uint8Array>): Promise<void> {
  const file = await open(path, 'w', entry.mode & 0o777).catch((error: unknown) => {
    throw new Complaint('failed', 'FILE', `${path} cannot be written: ${(error as Error).message.replace(/,.*/, '')}.`)
  })
  try {
    for await (const chunk of content) await file.writeFile(chunk)
  } finally {
    await file.close()
  }
}

const refused = (name: string, why: string): Complaint =>
  new Complaint(
    'failed',
    'FILE',
    `What came holds ${JSON.stringify(basename(name))}, but ${why}. The rest is left out.`,
  )
