import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Connection, ImageRequest } from '@wheelhouse/driver'
import { afterAll, expect, test } from 'vitest'
import { EngineBench, never } from '../../../../../test/docker/engine-bench.ts'
import { suite } from '../../../../../test/needs.ts'
import { contextTar } from './context-tar.ts'

suite('an image from a folder', ['docker'], () => {
  const bench = new EngineBench()
  const connection = bench.connection as Required<Connection>
  const folder = mkdtempSync(join(tmpdir(), 'wh-context-'))
  const tag = `wh-test/${bench.name('context')}:1`
  afterAll(async () => {
    await connection.removeImage(tag)
    await bench.close()
    rmSync(folder, { recursive: true })
  })
  const request: ImageRequest = {
    tag,
    dockerfile: 'docker/Dockerfile',
    target: null,
    args: {},
    labels: {},
    pull: false,
    noCache: true,
    network: 'none',
    cacheFrom: [],
  }

  test('holds what .dockerignore lets in, and the Dockerfile where it is', async () => {
    mkdirSync(join(folder, 'docker'))
    mkdirSync(join(folder, 'src/deep'), { recursive: true })
    writeFileSync(join(folder, 'docker/Dockerfile'), 'FROM lab/busybox:1\nCOPY . /app\nRUN find /app -type f | sort')
    writeFileSync(join(folder, 'src/deep/file'), 'x'.repeat(300_000))
    writeFileSync(join(folder, '.env'), 'PASSWORD=hush')
    const rules = 'docker\n.env\n'
    writeFileSync(join(folder, '.dockerignore'), rules)
    const said: string[] = []
    const context = contextTar(folder, rules, request.dockerfile)
    await connection.build(request, context, (text) => said.push(text), never)
    // The engine itself leaves out what the file names, once it has read it.
    expect(said.filter((line) => line.startsWith('/app'))).toEqual(['/app/.dockerignore', '/app/src/deep/file'])
  })

  test('that is gone is told as such', async () => {
    const building = connection.build(request, contextTar(join(folder, 'none'), ''), () => undefined, never)
    await expect(building).rejects.toMatchObject({ code: 'TARGET_REFUSED', message: expect.stringContaining('ENOENT') })
  })
})
