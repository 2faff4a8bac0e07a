import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { scene } from './stage.ts'
import { plan } from './things.ts'

const run = promisify(execFile)
const bases = ['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']
const overrides = bases.map((name) => name.replace('compose.', 'compose.override.'))

suite('files that Compose takes by itself', ['compose'], () => {
  const at = scene()

  test('are those that wh sends, whichever of them are there', { timeout: 120_000 }, async () => {
    at.server.on('POST /api/v1/stacks/plan', { ...plan(), stack: 'shop', targetId: 'north' })
    for (const [base, over] of [
      [bases, overrides],
      [bases.slice(2), overrides.slice(2)],
      [['docker-compose.yml'], ['compose.override.yaml']],
      [['compose.yaml'], ['docker-compose.override.yaml', 'docker-compose.override.yml']],
      [['compose.yml'], []],
    ] as const) {
      const folder = await mkdtemp(join(tmpdir(), 'wh-default-files-'))
      for (const name of base) await writeFile(join(folder, name), `services: { web: { image: "x:1", user: ${name} } }`)
      for (const name of over) await writeFile(join(folder, name), `services: { web: { hostname: ${name} } }`)
      const words = [
        '--config',
        process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? '',
        'compose',
        'config',
        '--format',
        'json',
      ]
      const { stdout } = await run(where('compose'), words, { cwd: folder, timeout: 60_000 })
      const { web } = (JSON.parse(stdout) as { services: Record<string, { user: string; hostname?: string }> }).services
      expect((await at.run('plan', folder)).exit).toBe(0)
      const sent = at.server.asked.findLast(({ line }) => line === 'POST /api/v1/stacks/plan')?.body as {
        source: string
        files?: Record<string, string>
      }
      expect(sent.source).toContain(`user: ${web!.user}`)
      expect(Object.keys(sent.files ?? {})).toEqual(web!.hostname === undefined ? [] : [web!.hostname])
      await rm(folder, { recursive: true })
    }
  })
})
