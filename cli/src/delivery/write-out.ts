import { open } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Complaint } from '../failure.ts'
import { bytes } from '../presentation/units.ts'
import type { Shell } from '../shell.ts'

/** To standard output, or into a file that only its owner may read: it may hold what others should not see. */
export async function writeOut(
  shell: Shell,
  body: ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>,
  file: string | undefined,
): Promise<void> {
  if (file === undefined || file === '-') {
    const decoder = new TextDecoder()
    for await (const chunk of body) shell.write(decoder.decode(chunk, { stream: true }))
    return
  }
  const path = resolve(file)
  let written = 0
  try {
    const handle = await open(path, 'w', 0o600)
    try {
      await handle.chmod(0o600)
      for await (const chunk of body) {
        await handle.writeFile(chunk)
        written += chunk.byteLength
      }
    } finally {
      await handle.close()
    }
  } catch (error) {
    throw new Complaint('failed', 'FILE', `${path} cannot be written: ${(error as Error).message}.`)
  }
  shell.say(`${path} is written, ${bytes(written)}.`, 'green')
}
