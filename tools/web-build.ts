import { spawn } from 'node:child_process'
import { existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = resolve(import.meta.dirname, '..')
const web = join(root, 'web')
const stamp = join(web, 'dist/.built') // written last: a build that was cut short is not taken for a whole one
const sources = [
  'web/{src,public}/**',
  'web/*.{html,ts,json}',
  'contract/**/*.ts',
  'client/src/**',
  'package-lock.json',
]

/** True when there is a web interface to build and its bundle is missing or older than any of its sources. */
export function webIsStale(): boolean {
  if (!hasWeb()) return false
  const built = modified(stamp)
  return built === 0 || globSync(sources, { cwd: root }).some((file) => modified(join(root, file)) > built)
}

/** Bundles the web interface into `web/dist`. */
export async function buildWeb(): Promise<void> {
  const { build } = await import('vite') // loaded only when needed: it costs half a second
  await build({ root: web, logLevel: 'error' })
  compress(join(web, 'dist'))
  writeFileSync(stamp, '')
}

/** Lays a gzip and a Brotli twin beside each text, so that the server sends them as they are and packs nothing itself. */
function compress(folder: string): void {
  for (const name of globSync('**/*.{html,js,css,svg}', { cwd: folder })) {
    const path = join(folder, name)
    const text = readFileSync(path)
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }
    writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
    writeFileSync(`${path}.br`, brotliCompressSync(text, quality))
  }
}

/** Builds the web interface when it has to be built, and says so. */
export async function freshenWeb(): Promise<void> {
  if (!webIsStale()) return
  console.log('Building the web interface (once)…')
  // In a process of its own: the bundler takes half a gigabyte, which the server would keep for as long as it runs.
  const code = await new Promise<number | null>((done, fail) => {
    const child = spawn(process.execPath, [import.meta.filename], { stdio: 'inherit' })
    child.once('error', fail)
    child.once('exit', done)
  })
  if (code !== 0) throw new Error('The web interface could not be built; the reason is above.')
}

export function hasWeb(): boolean {
  return existsSync(join(web, 'index.html'))
}

function modified(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

if (import.meta.main) await buildWeb()
