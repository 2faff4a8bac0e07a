import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { builders } from '../../builders/index.ts'
import { openTestHouse, type TestHouse } from '../../test/fixtures/house.ts'

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
}
interface Found {
  readonly path: string
  readonly name: string
}

let house: TestHouse
let folder: string
const here = import.meta.dirname
const text = await readFile(join(here, 'wheelhouse.yaml'), 'utf8')

beforeAll(async () => {
  house = await openTestHouse()
  folder = await mkdtemp(join(tmpdir(), 'wh-woosoo-'))
  for (const name of ['wheelhouse.yaml', 'config.schema.json', 'templates']) {
    await cp(join(here, name), join(folder, name), { recursive: true })
  }
  const config = await readFile(join(here, 'deployment.config.example.env'), 'utf8')
  await writeFile(join(folder, 'deployment.config.env'), config.replaceAll(/=$/gm, `=${'s'.repeat(32)}`))
})
afterAll(async () => {
  await house?.close()
  await rm(folder, { recursive: true, force: true })
})

test('the manifest is read without a remark', async () => {
  const read = await house.admin.deployments.describe({ directory: folder })
  expect(read.problems).toEqual([])
  expect(read).toMatchObject({ name: 'woosoo', environment: 'development' })
  expect(read.apps.map((app) => app.name)).toEqual(['backend', 'pwa', 'relay', 'reverb', 'front'])
  for (const { builder } of read.apps) expect([...builders.keys()]).toContain(builder)
})

/** Every key of the schema with the path to it; `*` stands for a name that people choose. */
function keysOf(schema: Schema, path: string): Found[] {
  const inside = [...(schema.anyOf ?? []), ...(schema.items ? [schema.items] : [])].flatMap((one) => keysOf(one, path))
  const named = Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [
    { path: `${path}${name}`, name },
    ...keysOf(one, `${path}${name}.`),
  ])
  const free = typeof schema.additionalProperties === 'object' ? keysOf(schema.additionalProperties, `${path}*.`) : []
  return [...inside, ...named, ...free]
}

test('every key of the format stands in it, as a key or in a comment', async () => {
  const schema = JSON.parse(await readFile(join(here, '../../docs/wheelhouse.schema.json'), 'utf8')) as Schema
  const keys = keysOf(schema, '')
  expect(keys.length).toBeGreaterThan(100)
  // A word of its own with a colon, a comma or a brace after it, as in `a: 1`, `{ a, b }`.
  const missing = keys.filter(({ name }) => !new RegExp(`(^|[\\s{,#\`])${name}(:|,|\\s*\\})`, 'm').test(text))
  expect([...new Set(missing.map(({ path }) => path))]).toEqual([])
})

test('a sentence stands before every key at the top', () => {
  const lines = text.split('\n')
  const told = lines.filter((line, at) => /^(# )?[a-z_]+:/.test(line) && /^# [A-Z]|^ *# +/.test(lines[at - 1] ?? ''))
  const top = lines.filter((line) => /^[a-z_]+:/.test(line))
  expect(top.filter((line) => !told.includes(line))).toEqual([])
})

test('the templates ask for nothing that the example of the config lacks', async () => {
  const values = parseEnv(await readFile(join(here, 'deployment.config.example.env'), 'utf8'))
  for (const name of ['laravel.env', 'nuxt.env', 'nginx.conf']) {
    const template = await readFile(join(here, `templates/${name}.njk`), 'utf8')
    const asked = [...template.matchAll(/\{\{ ([a-z_]+) \}\}/g)].map(([, found]) => found!.toUpperCase())
    expect(asked.length).toBeGreaterThan(0)
    expect(Object.keys(values)).toEqual(expect.arrayContaining([...new Set(asked)]))
  }
})
