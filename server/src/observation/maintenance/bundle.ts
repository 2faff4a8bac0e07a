import { release } from 'node:os'
import { createGzip } from 'node:zlib'
import { isSecretKey, maskFields, maskText, secretMark } from '@wheelhouse/platform/log'

export interface BundleParts {
  readonly version: string
  settings(): unknown
  components(): Promise<unknown>
  resources(): Promise<unknown>
  performance(): unknown
  rows(): Promise<Record<string, number>>
  lines(): readonly string[]
  /** Where they say what to leave out: user names, addresses and the like are of no use to who helps. */
  targets(): readonly {
    readonly kind: string
    readonly state: string
    readonly version: string | null
    readonly services: number
  }[]
}

const blockBytes = 512

/** One file of a tar (POSIX.1-1988 ustar): a head of one block, its bytes, and nothing to a whole block. */
function tarred(name: string, text: string, at: Date): Buffer[] {
  const body = Buffer.from(text)
  const head = Buffer.alloc(blockBytes)
  const octal = (value: number, length: number): string => `${value.toString(8).padStart(length - 1, '0')}\0`
  head.write(name, 0, 100)
  head.write(octal(0o600, 8), 100)
  head.write(octal(0, 8), 108)
  head.write(octal(0, 8), 116)
  head.write(octal(body.length, 12), 124)
  head.write(octal(Math.floor(at.getTime() / 1000), 12), 136)
  head.write('        ', 148)
  head.write('0', 156)
  head.write('ustar\u000000', 257)
  const sum = head.reduce((total, byte) => total + byte, 0)
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
  return [head, body, Buffer.alloc((blockBytes - (body.length % blockBytes)) % blockBytes)]
}

/** Values of named settings are masked once more, by their names: the bundle leaves the house. */
function masked(value: unknown): string {
  const text = JSON.stringify(maskFields({ value }), null, 2)
  return maskText(text)
}

function maskedLine(line: string): string {
  try {
    return maskText(JSON.stringify(maskFields(JSON.parse(line) as Record<string, unknown>)))
  } catch {
    return maskText(line)
  }
}

interface ShownSetting {
  readonly key: string
  readonly value: string
}
const withoutSecrets = (settings: unknown): unknown => {
  const { items = [], ...rest } = settings as { items?: ShownSetting[] }
  return {
    ...rest,
    items: items.map((item) => (isSecretKey(item.key) && item.value !== '' ? { ...item, value: secretMark } : item)),
  }
}

/** A tar.gz of what helps to see why something does not work: no secrets, no names of people, nothing that services said. */
export async function* bundle(parts: BundleParts): AsyncGenerator<Uint8Array> {
  const at = new Date()
  const files: [string, string][] = [
    [
      'README.txt',
      `Support bundle of Wheelhouse ${parts.version}, ${at.toISOString()}.\nSecrets are removed. Look through it before you hand it on.\n`,
    ],
    [
      'versions.json',
      masked({
        version: parts.version,
        node: process.versions,
        platform: process.platform,
        arch: process.arch,
        kernel: release(),
        uptimeS: Math.round(process.uptime()),
      }),
    ],
    ['settings.json', masked(withoutSecrets(parts.settings()))],
    ['components.json', masked(await parts.components())],
    ['resources.json', masked(await parts.resources())],
    ['performance.json', masked(parts.performance())],
    ['targets.json', masked(parts.targets())],
    ['rows.json', masked(await parts.rows())],
    ['log.ndjson', parts.lines().map(maskedLine).join('\n')],
  ]
  const gzip = createGzip()
  for (const [name, text] of files) for (const block of tarred(`wheelhouse/${name}`, text, at)) gzip.write(block)
  gzip.end(Buffer.alloc(blockBytes * 2))
  for await (const chunk of gzip) yield chunk as Uint8Array
}
