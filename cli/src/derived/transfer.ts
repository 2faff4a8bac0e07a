import { once } from 'node:events'
import { openAsBlob, rmSync } from 'node:fs'
import { open, rename, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import type { UploadBody } from '@wheelhouse/client'
import { Complaint, complaintOf, usage } from '../failure.ts'
import { counted, TransferProgress } from '../live/transfer-progress.ts'
import { bytes } from '../presentation/units.ts'
import type { Shell } from '../shell.ts'

/** Sends a file, or standard input for `-`, with its progress. `send` gets the body and answers what the server said. */
export async function sendFrom(
  shell: Shell,
  from: string | undefined,
  send: (body: UploadBody) => Promise<unknown>,
): Promise<unknown> {
  if (from === undefined) throw usage('Name what to send: --from <file>, or --from - for standard input.')
  if (from === '-' && process.stdin.isTTY)
    throw usage('--from - reads a pipe or a file, and standard input is a terminal.')
  const file = from === '-' ? null : await fileOf(resolve(from))
  const progress = new TransferProgress(shell, file?.size ?? null)
  try {
    if (file === null) {
      const stdin = Readable.toWeb(process.stdin) as ReadableStream<Uint8Array>
      return await send(counted(stdin, progress))
    }
    // A blob of the file, so that the server is told its size before a byte of it; read as it is sent.
    const read = file.stream.bind(file)
    return await send(Object.assign(file, { stream: () => counted(read(), progress) }))
  } finally {
    progress.end()
  }
}

async function fileOf(path: string): Promise<Blob> {
  try {
    if (!(await stat(path)).isFile()) throw new Error('it is no file')
    return await openAsBlob(path)
  } catch (error) {
    throw new Complaint('usage', 'FILE', `${path} cannot be read: ${(error as Error).message.replace(/,.*/, '')}.`)
  }
}

/** Before anything is asked of the server: bytes do not belong on a terminal. */
export function requirePlace(to: string | undefined): void {
  if ((to ?? '-') === '-' && process.stdout.isTTY)
    throw usage('These are bytes, not text. Write them into a file with --to <file>, or into a pipe.')
}

/** Writes bytes to standard output, or into a file that is there only once it is whole. */
export async function writeTo(shell: Shell, body: ReadableStream<Uint8Array>, to: string | undefined): Promise<void> {
  const progress = new TransferProgress(shell, null)
  const seen = counted(body, progress)
  if ((to ?? '-') === '-') {
    try {
      for await (const chunk of seen) if (!process.stdout.write(chunk)) await once(process.stdout, 'drain')
    } catch (error) {
      throw broken(error, progress)
    }
    return
  }
  const path = resolve(to ?? '')
  await writeFile(shell, seen, path, progress)
  shell.say(`${path} is written, ${bytes(progress.bytes)}.`, 'green')
}

async function writeFile(
  shell: Shell,
  body: ReadableStream<Uint8Array>,
  path: string,
  progress: TransferProgress,
): Promise<void> {
  const part = `${path}.part`
  const drop = (): void => rmSync(part, { force: true })
  // Only its owner may read it: it may hold what others should not see.
  const handle = await open(part, 'w', 0o600).catch((error: unknown) => {
    throw unwritable(path, error)
  })
  shell.signal.addEventListener('abort', drop, { once: true })
  try {
    await handle.chmod(0o600)
    for await (const chunk of body)
      await handle.writeFile(chunk).catch((error: unknown) => {
        throw unwritable(path, error)
      })
    await handle.close()
    await rename(part, path).catch((error: unknown) => {
      throw unwritable(path, error)
    })
  } catch (error) {
    await handle.close().catch(() => undefined)
    drop()
    throw error instanceof Complaint ? error : broken(error, progress)
  } finally {
    shell.signal.removeEventListener('abort', drop)
    progress.end()
  }
}

const unwritable = (path: string, error: unknown): Complaint =>
  new Complaint('failed', 'FILE', `${path} cannot be written: ${(error as Error).message.replace(/,.*/, '')}.`)

/** A stream that breaks says nothing of why: the server ends the connection so that half is not taken for whole. */
function broken(error: unknown, progress: TransferProgress): Complaint {
  if ((error as { name?: string }).name === 'AbortError') return complaintOf(error)
  return new Complaint(
    'failed',
    'CUT_OFF',
    `The transfer broke off after ${bytes(progress.bytes)}, so nothing was kept. Try again; the log of the server says why.`,
  )
}
