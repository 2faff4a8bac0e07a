import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { spawnStream } from '@wheelhouse/platform/exec'
import { afterAll, expect, test } from 'vitest'
import { suite } from '../../test/needs.ts'
import { createStepRunner } from '../builder/index.ts'
import { nuxt } from './index.ts'

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

async function page(url: string): Promise<string> {
  for (let tries = 0; tries < 300; tries += 1) {
    try {
      return await (await fetch(url)).text()
    } catch {
      await delay(100)
    }
  }
  throw new Error(`${url} does not answer`)
}

// The packages come from the npm registry, as those of this checkout did: a minute on a slow line.
suite('nuxt from the npm registry', [], () => {
  const directory = mkdtempSync(join(tmpdir(), 'wh-nuxt-'))
  const stop = new AbortController()
  afterAll(() => {
    stop.abort()
    rmSync(directory, { recursive: true, maxRetries: 5 })
  })

  test('is installed, built, and served on its port', { timeout: 400_000 }, async () => {
    const own = { name: 'shop', private: true, type: 'module', dependencies: { nuxt: '3.21.11' } }
    writeFileSync(join(directory, 'package.json'), JSON.stringify(own))
    writeFileSync(join(directory, 'nuxt.config.ts'), "export default { compatibilityDate: '2026-01-01' }\n")
    writeFileSync(
      join(directory, 'app.vue'),
      '<template><h1>Hello from {{ where }}</h1></template>\n<script setup>\nconst where = "Nuxt"\n</script>\n',
    )
    const cache = join(directory, '.cache-of-test')
    mkdirSync(cache)
    const said: string[] = []
    const given = {
      directory,
      environment: {},
      secrets: {},
      signal: stop.signal,
      log: (_stream: string, text: string) => said.push(text),
    }
    const options = nuxt.schema.parse({})
    const context = { ...given, cache, app: 'shop', stack: 'shop', run: createStepRunner(given), buildImage: null }
    const built = await nuxt.build(options, context)
    expect(built).toEqual({ kind: 'directory', directory: join(directory, '.output'), exclude: [] })
    expect(said.some((line) => line.includes('Build complete'))).toBe(true)

    const port = await freePort()
    const [program, ...rest] = nuxt.serve?.(options) ?? ['false']
    const argv = [program, ...rest.map((word) => word.replace('{port}', String(port)))] as const
    const served = await spawnStream(argv, { cwd: join(directory, '.output'), signal: stop.signal, leash: true })
    served.stdout.resume()
    served.stderr.resume()
    expect(await page(`http://127.0.0.1:${port}/`)).toContain('Hello from Nuxt')
    served.stop()
    await served.ended
  })
})
