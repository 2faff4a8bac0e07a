import { PassThrough, type Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { dropHolder, makeHolder, mountPoint, requireQuietVolume } from '../volumes/holder.ts'

/** A tar of a volume, with owners, modes and links. Its root is an entry too, for its own owner and mode. */
export async function exportVolume(client: EngineClient, name: string, signal: AbortSignal): Promise<Readable> {
  const id = await makeHolder(client, name, signal)
  const out = new PassThrough()
  try {
    const archive = await client.stream({
      path: `${containerPath(id)}/archive`,
      query: { path: mountPoint },
      signal,
    })
    // The holder goes when the last byte is read, or when the reader leaves.
    void pipeline(archive, out)
      .catch((error: unknown) => void out.destroy(client.broken(error, signal) as Error))
      .then(() => dropHolder(client, id))
    return out
  } catch (error) {
    await dropHolder(client, id)
    throw error
  }
}

/** Puts a tar made by `exportVolume` back. What the volume holds and the tar does not stays. */
export async function importVolume(
  client: EngineClient,
  name: string,
  tar: Readable,
  signal: AbortSignal,
): Promise<void> {
  await requireQuietVolume(client, name, signal)
  const id = await makeHolder(client, name, signal)
  try {
    await client.act({
      method: 'PUT',
      path: `${containerPath(id)}/archive`,
      query: { path: '/' },
      lane: 'stream',
      signal,
      tar,
    })
  } finally {
    await dropHolder(client, id)
  }
}
