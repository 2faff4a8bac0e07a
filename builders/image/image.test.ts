import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import type { BuildContext, ImageBuild } from '../builder/builder.ts'
import { builderConformance } from '../builder/conformance.ts'
import { image } from './index.ts'

builderConformance(image, {
  options: [{ dockerfile: 'docker/Dockerfile', target: 'run', args: { A: 1 }, pull: true, cache_from: ['x:1'] }],
  app: { Dockerfile: 'FROM scratch' },
  other: { 'package.json': '{}' },
  made: {},
})

const directory = mkdtempSync(join(tmpdir(), 'wh-image-'))
writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch')
afterAll(() => rmSync(directory, { recursive: true }))

const asked: ImageBuild[] = []
const said: string[] = []
const context: BuildContext = {
  directory,
  cache: '/none',
  app: 'Web_App',
  stack: 'my shop',
  environment: { API: 'https://api', MODE: 'a' },
  secrets: {},
  signal: new AbortController().signal,
  log: (_stream, text) => said.push(text),
  run: () => Promise.reject(new Error('an image is built by the engine alone')),
  buildImage: (build) => {
    asked.push(build)
    return Promise.resolve({ id: 'sha256:1', sizeBytes: 5 })
  },
}

it('hands all to the engine, under a tag of its own', async () => {
  const options = image.schema.parse({ args: { MODE: 'b', NUMBER: 3 }, target: 'run', no_cache: true, network: 'host' })
  const built = await image.build(options, context)
  const again = await image.build(options, context)
  expect(asked[0]).toMatchObject({
    context: directory,
    dockerfile: 'Dockerfile',
    target: 'run',
    args: { API: 'https://api', MODE: 'b', NUMBER: '3' },
    labels: { 'wheelhouse.build.stack': 'my shop', 'wheelhouse.build.app': 'Web_App' },
    pull: false,
    noCache: true,
    network: 'host',
    cacheFrom: [],
  })
  expect(asked[0]?.tag).toMatch(/^wheelhouse\/my-shop\/web-app:[0-9a-f]{12}$/)
  expect(built).toEqual({ kind: 'image', id: 'sha256:1', sizeBytes: 5, tag: asked[0]?.tag })
  expect(again).not.toMatchObject({ tag: asked[0]?.tag })
})

it('refuses secrets, and warns of what is named like one', async () => {
  const options = image.schema.parse({})
  await expect(image.build(options, { ...context, secrets: { DB_PASSWORD: 'hush-hush' } })).rejects.toThrow(
    /asks for secrets \(DB_PASSWORD\).* stay in the history/,
  )
  await image.build(options, { ...context, environment: { NPM_TOKEN: 'hush-hush' } })
  expect(said.join()).toContain('NPM_TOKEN')
  expect(said.join()).not.toContain('hush')
})

it('says so where no engine is', async () => {
  await expect(image.build(image.schema.parse({}), { ...context, buildImage: null })).rejects.toThrow(
    'Add a Docker target',
  )
})
