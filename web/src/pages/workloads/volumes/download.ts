import type { Volume } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { readAll } from '../../../api/stream.ts'
import { nameOf } from '../files/path.ts'

/** Saves a volume, or a file or folder of it, as a tar on the machine of the person. */
export async function download(volume: Volume, path: string): Promise<void> {
  const input = { target: volume.targetId, name: volume.name, ...(path === '/' ? {} : { path }) }
  const blob = await readAll(await client.volumes.save(input))
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = `${path === '/' ? volume.name : nameOf(path)}.tar`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}
