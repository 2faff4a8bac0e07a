import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { budget, type Bench, NotHere } from '../figure.ts'
import { root } from '../subject/house.ts'

const kb = (bytes: Buffer): number => gzipSync(bytes, { level: 9 }).length / 1000

export const webBytes: Bench = {
  name: 'web-bytes',
  about: 'what the page itself names to be loaded: document, scripts, styles; gzip',
  async run() {
    const dist = join(root, 'web/dist')
    if (!existsSync(join(dist, 'index.html'))) throw new NotHere('web/dist is not built; npm run build makes it')
    const page = readFileSync(join(dist, 'index.html'))
    const named = page
      .toString()
      .matchAll(/(?:src|href)="\/([^"]+\.(?:js|css))"/g)
      .map((found) => readFileSync(join(dist, found[1] ?? '')))
      .toArray()
    const all = [page, ...named]
    const value = all.reduce((sum, file) => sum + kb(file), 0)
    const plain = all.reduce((sum, file) => sum + file.length, 0) / 1000
    return [
      {
        what: `${all.length} files`,
        value,
        unit: 'kB',
        raw: { what: 'not compressed', value: plain },
        budget: budget('< 250 kB gzip', value < 250),
      },
    ]
  },
}
