import { randomBytes } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Connection } from '@wheelhouse/driver'
import { never } from './engine-bench.ts'

/** A tar of small files, by hand. */
export function smallTar(files: Readonly<Record<string, string | Buffer>>): Readable {
  const blocks = Object.entries(files).flatMap(([name, content]) => {
    const bytes = Buffer.from(content)
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write('0000644\0', 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    header.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124)
    header.write('00000000000\0        0', 136)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    return [header, bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]
  })
  return Readable.from([...blocks, Buffer.alloc(1024)])
}

/** Builds an image of the lab's busybox and one layer of random bytes that no other image has; its label `made.by` tells whose it is. */
export async function buildSmallImage(
  connection: Connection,
  tag: string,
  layerBytes = 4096,
  mark = 'test',
): Promise<string> {
  const context = smallTar({
    Dockerfile: `FROM lab/busybox:1\nCOPY bytes /bytes\nLABEL made.by=${mark}\nENV COLOUR=blue\nEXPOSE 8080\n`,
    bytes: randomBytes(layerBytes),
  })
  const request = {
    tag,
    dockerfile: 'Dockerfile',
    target: null,
    args: {},
    labels: {},
    pull: false,
    noCache: true,
    network: 'none',
    cacheFrom: [],
  }
  if (!connection.build) throw new Error('this target builds nothing')
  return (await connection.build(request, context, () => undefined, never)).id
}
