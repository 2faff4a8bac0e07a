import { Failure } from '@wheelhouse/contract'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'

/** What the engine says of one path of a container, without following it. */
export interface PathStat {
  readonly kind: 'file' | 'folder' | 'link' | 'other'
  readonly sizeBytes: number
  readonly mode: number
  /** Where a link leads in the end, from the root of the container; empty for what is no link. */
  readonly linkTarget: string
}

/** Bits of Go's os.FileMode, as the engine writes them. */
const folderBit = 2 ** 31
const linkBit = 2 ** 27
const otherBits = 2 ** 26 + 2 ** 25 + 2 ** 24 + 2 ** 21 + 2 ** 19

const has = (mode: number, bits: number): boolean => bits !== 0 && (BigInt(mode) & BigInt(bits)) !== 0n

/** Null where there is nothing. */
export async function statPath(
  client: EngineClient,
  id: string,
  path: string,
  signal: AbortSignal,
): Promise<PathStat | null> {
  try {
    const response = await client.stream({
      method: 'HEAD',
      path: `${containerPath(id)}/archive`,
      query: { path },
      lane: 'query',
      signal,
    })
    response.resume()
    const told = response.headers['x-docker-container-path-stat']
    const { mode, size, linkTarget } = JSON.parse(Buffer.from(String(told), 'base64').toString('utf8')) as {
      mode: number
      size: number
      linkTarget: string
    }
    const kind = has(mode, folderBit) ? 'folder' : has(mode, linkBit) ? 'link' : has(mode, otherBits) ? 'other' : 'file'
    return { kind, sizeBytes: size, mode: Number(BigInt(mode) & 0o777n), linkTarget }
  } catch (error) {
    if (error instanceof Failure && error.code === 'NOT_FOUND') return null
    throw error
  }
}

/** The parts of an absolute path. Refuses `..`, whoever may have let it through. */
export function partsOf(path: string): string[] {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.')
  if (!path.startsWith('/') || parts.includes('..') || path.includes('\0')) {
    throw new Failure('VALIDATION_FAILED', `path: "${path}" is none. Give it from / on, without "..".`, {
      field: 'path',
    })
  }
  return parts
}
