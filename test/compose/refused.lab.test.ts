import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import { suite, where } from '../needs.ts'
import { refused } from './refused.ts'

const run = promisify(execFile)

suite('Compose itself', ['compose'], () => {
  it.each(refused)('refuses it too: $says', async ({ compose, files = {}, variables = {} }) => {
    const directory = mkdtempSync(join(tmpdir(), 'wh-refused-'))
    try {
      for (const [name, text] of Object.entries({ ...files, 'compose.yaml': compose }))
        writeFileSync(join(directory, name), text)
      const config = process.env.WHEELHOUSE_TEST_DOCKER_CONFIG ?? ''
      const args = ['--config', config, 'compose', '-f', join(directory, 'compose.yaml'), 'config', '--quiet']
      await expect(
        run(where('compose'), args, { env: { PATH: process.env.PATH, ...variables } }),
      ).rejects.toMatchObject({ code: expect.any(Number) })
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
