import { cpSync, existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'rolldown'
import { buildWeb, hasWeb } from './web-build.ts'

// `npm run build [-- web|cli|server …]`: bundles for releases. Running from a checkout needs none of them but the web's, which `npm start` makes by itself.
const root = resolve(import.meta.dirname, '..')

/** The server in one folder: no node_modules beside it, and it starts in half the time. */
async function buildServer(): Promise<void> {
  const dist = join(root, 'server/dist')
  rmSync(dist, { recursive: true, force: true })
  await build({
    // Threads are started from files of their own.
    input: {
      main: join(root, 'server/src/main.ts'),
      writer: join(root, 'platform/db/sqlite/writer.ts'),
      'upkeep-thread': join(root, 'platform/db/sqlite/upkeep-thread.ts'),
      'lines-keeper': join(root, 'platform/lines/lines-keeper.ts'),
      'lines-reader': join(root, 'platform/lines/lines-reader.ts'),
      'log-reader': join(root, 'server/src/observation/log-history/log-reader.ts'),
      'series-keeper': join(root, 'platform/series/series-keeper.ts'),
      'series-packer': join(root, 'platform/series/series-packer.ts'),
      'series-reader': join(root, 'platform/series/series-reader.ts'),
      // The reverse proxy is a process of its own.
      switch: join(root, 'proxies/switch/program.ts'),
    },
    platform: 'node',
    logLevel: 'warn',
    output: { dir: dist, format: 'esm', minify: true },
  })
  // Copied into releases as it is, so it stays a file of its own.
  cpSync(join(root, 'builders/static/serve.mjs'), join(dist, 'serve.mjs'))
}

async function buildCli(): Promise<void> {
  const own = (await import(pathToFileURL(join(root, 'cli/build.ts')).href)) as { buildCli: () => Promise<void> }
  await own.buildCli()
}

const wanted = process.argv.slice(2)
const bundles: [name: string, exists: boolean, make: () => Promise<void>][] = [
  ['web', hasWeb(), buildWeb],
  ['cli', existsSync(join(root, 'cli/build.ts')), buildCli],
  ['server', existsSync(join(root, 'server/src/main.ts')), buildServer],
]
for (const [name, exists, make] of bundles) {
  if (!exists || (wanted.length > 0 && !wanted.includes(name))) continue
  const since = performance.now()
  await make()
  console.log(`${name}/dist  ${((performance.now() - since) / 1000).toFixed(1)} s`)
}
