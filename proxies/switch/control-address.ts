import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'

// What the kernel takes as the path of a unix socket, with the zero behind it.
const longest = 107

export interface ControlAddress {
  readonly path: string
  close(): Promise<void>
}

/** The control socket of a state folder. One whose path is too long is reached through the opened folder. */
export async function controlAddress(folder: string): Promise<ControlAddress> {
  const path = join(folder, 'control.sock')
  if (Buffer.byteLength(path) <= longest) return { path, close: async () => {} }
  const handle: FileHandle = await open(folder, 'r')
  return { path: `/proc/self/fd/${handle.fd}/control.sock`, close: () => handle.close() }
}
