import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { rolldown } from 'rolldown'
import { describeContract } from './src/derived/describe.ts'

const room = import.meta.dirname

/** Bundles the command and writes the tables it derives from the contract beside it, all into cli/dist, in one swap. */
export async function buildCli(): Promise<void> {
  const draft = join(room, `dist.${process.pid}`)
  const final = join(room, 'dist')
  await mkdir(draft, { recursive: true })
  const bundle = await rolldown({ input: join(room, 'src/main.ts'), platform: 'node', logLevel: 'warn' })
  await bundle.write({
    dir: draft,
    format: 'esm',
    minify: true,
    entryFileNames: 'main.js',
    chunkFileNames: '[name]-[hash].js',
  })
  await bundle.close()
  const { verbs, flags } = describeContract()
  const about = JSON.parse(await readFile(join(room, 'package.json'), 'utf8')) as { version: string }
  await writeFile(join(draft, 'verbs.json'), JSON.stringify(verbs))
  await writeFile(join(draft, 'about.json'), JSON.stringify({ version: about.version }))
  for (const [domain, table] of Object.entries(flags))
    await writeFile(join(draft, `flags-${domain}.json`), JSON.stringify(table))
  // Two builds may meet: each has its own draft, and whoever is last stands.
  await rm(final, { recursive: true, force: true })
  await rename(draft, final).catch(async (error: NodeJS.ErrnoException) => {
    await rm(draft, { recursive: true, force: true })
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error
  })
}

if (import.meta.main) await buildCli()
