import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import type { IConfiguration } from 'dependency-cruiser'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { judge } from './boundaries.ts'

const own = resolve(import.meta.dirname, '..')
const config = join(own, '.dependency-cruiser.cjs')
const rules = (createRequire(import.meta.url)(config) as IConfiguration).forbidden ?? []

/** A small house in which every direction is right. */
const sound: Record<string, string> = {
  'contract/index.ts': "import { z } from 'zod'\nexport const name = z",
  'contract/wire.ts': 'export const wire = 1',
  'client/src/index.ts': "export { name } from '@wheelhouse/contract'",
  'platform/db/index.ts': "export { sql } from 'kysely'",
  'platform/exec/index.ts': "import 'node:child_process'\nexport const exec = 1",
  'platform/log/index.ts': 'export const log = 1',
  'drivers/driver/index.ts': "import type { name } from '@wheelhouse/contract'\nexport type Name = typeof name",
  'drivers/driver/conformance/index.ts': "import { test } from 'vitest'\nexport { test }",
  'drivers/docker/index.ts':
    "import '@wheelhouse/driver'\nimport '@wheelhouse/engine'\nexport { log } from '@wheelhouse/platform/log'",
  'drivers/docker/index.test.ts': "import { test } from '@wheelhouse/driver/conformance'\ntest.skip",
  'drivers/engine/index.ts': "export type { Name } from '@wheelhouse/driver'",
  'drivers/process/index.ts': "import 'node:child_process'\nexport const processes = 1",
  'builders/builder/index.ts': 'export const builder = 1',
  'builders/node/index.ts': "export { builder } from '../builder/index.ts'",
  'proxies/proxy/index.ts': 'export const proxy = 1',
  'proxies/switch/index.ts': "export { proxy } from '../proxy/index.ts'",
  'server/src/main.ts':
    "import '../../builders/node/index.ts'\nimport '@wheelhouse/driver-docker'\nimport './identity/users/index.ts'\nimport './http/routes.ts'",
  'server/src/http/routes.ts': "import 'fastify'",
  'server/src/identity/users/index.ts': "export { users } from './store.ts'",
  'server/src/identity/users/store.ts': "import 'kysely'\nexport const users = 1",
  'server/src/workloads/services/index.ts': "export { users } from '../../identity/users/index.ts'",
  'web/src/main.tsx': "import '@wheelhouse/client'\nexport const page = <p />",
  'cli/main.ts': "import '@wheelhouse/client'\nexport const main = 1",
}

/** One or more breaches of every rule: each is a file of its own with one import, in the ways an import can be written. */
const planted: [rule: string, file: string, source: string][] = [
  ['contract-knows-nobody', 'contract/a.ts', "import '../platform/log/index.ts'"],
  [
    'contract-knows-nobody',
    'contract/b.ts',
    "import type { log } from '@wheelhouse/platform/log'\nexport type Log = typeof log",
  ],
  ['contract-is-zod-only', 'contract/c.ts', "import 'node:fs'"],
  ['contract-is-zod-only', 'contract/d.ts', "import 'fastify'"],
  ['faces-speak-the-contract', 'web/src/a.tsx', "import '../../server/src/http/routes.ts'\nexport const x = <i />"],
  ['faces-speak-the-contract', 'cli/a.ts', "import '@wheelhouse/platform/db'"],
  [
    'faces-speak-the-contract',
    'client/src/a.ts',
    "import type { Name } from '@wheelhouse/driver'\nexport type Own = Name",
  ],
  ['faces-stand-apart', 'cli/b.ts', "import '../web/src/main.tsx'"],
  ['driver-stands-alone', 'drivers/process/a.ts', "import '@wheelhouse/platform/db'"],
  ['driver-stands-alone', 'drivers/process/b.ts', "import '@wheelhouse/engine'"],
  ['engine-driver-stands-alone', 'drivers/docker/a.ts', "import '@wheelhouse/platform/db'"],
  ['engine-driver-stands-alone', 'drivers/docker/b.ts', "import '@wheelhouse/driver-process'"],
  [
    'driver-stands-alone',
    'drivers/process/a.ts',
    "import type { users } from '../../server/src/identity/users/index.ts'\nexport type U = typeof users",
  ],
  ['builder-stands-alone', 'builders/node/a.ts', "import '@wheelhouse/platform/db'"],
  ['proxy-stands-alone', 'proxies/switch/a.ts', "import '../../builders/builder/index.ts'"],
  ['only-main-names-a-builder-or-proxy', 'server/src/http/f.ts', "import '../../../proxies/switch/index.ts'"],
  ['only-main-names-a-builder-or-proxy', 'server/src/http/g.ts', "import '../../../builders/node/index.ts'"],
  [
    'platform-is-plumbing',
    'platform/log/a.ts',
    "import type { name } from '@wheelhouse/contract'\nexport type N = typeof name",
  ],
  [
    'only-main-names-a-driver',
    'server/src/http/a.ts',
    "export const later = () => import('@wheelhouse/driver-docker')",
  ],
  ['domain-through-its-door', 'server/src/workloads/services/a.ts', "import '../../identity/users/store.ts'"],
  ['server-through-the-doors', 'server/src/http/b.ts', "import '../identity/users/store.ts'"],
  ['identity-looks-down', 'server/src/identity/users/a.ts', "import '../../workloads/services/index.ts'"],
  ['inventory-looks-down', 'server/src/inventory/targets/a.ts', "import '../../workloads/services/index.ts'"],
  ['workloads-looks-down', 'server/src/workloads/services/b.ts', "import '../../observation/logs/index.ts'"],
  ['observation-looks-down', 'server/src/observation/logs/index.ts', "import '../../faces/chat/index.ts'"],
  [
    'sql-in-stores',
    'server/src/identity/users/list.ts',
    "import type { sql } from 'kysely'\nexport type S = typeof sql",
  ],
  ['fastify-at-the-edge', 'server/src/identity/users/operations.ts', "import 'fastify'"],
  ['processes-through-exec', 'server/src/identity/users/c.ts', "import 'node:child_process'"],
  ['processes-through-exec', 'drivers/docker/c.ts', "import 'child_process'"],
  ['product-without-tests', 'server/src/http/c.ts', "import '../../../test/needs.ts'"],
  ['product-without-tests', 'drivers/docker/d.ts', "import '@wheelhouse/driver/conformance'"],
  ['product-without-development-tools', 'server/src/http/d.ts', "import 'vitest'"],
  ['no-cycle', 'platform/log/b.ts', "import type { C } from './c.ts'\nexport type B = C | 1"],
  ['no-unknown-import', 'server/src/http/e.ts', "import '@wheelhouse/platform/nowhere'"],
]
const around: Record<string, string> = {
  'platform/log/c.ts': "import type { B } from './b.ts'\nexport type C = B | 2",
  'test/needs.ts': 'export const needs = 1',
  'server/src/faces/chat/index.ts': 'export const chat = 1',
}

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'boundaries-'))
  execFileSync('git', ['init', '-q'], { cwd: root })
  write({ 'package.json': '{"type":"module"}', '.gitignore': 'node_modules' })
  for (const name of ['zod', 'kysely', 'fastify', 'vitest']) {
    write({
      [`node_modules/${name}/package.json`]: `{"name":"${name}","main":"index.js"}`,
      [`node_modules/${name}/index.js`]: '',
    })
  }
  const rooms = [
    'contract',
    'client',
    'platform',
    'drivers/driver',
    'drivers/docker',
    'drivers/engine',
    'drivers/process',
  ]
  mkdirSync(join(root, 'node_modules/@wheelhouse'), { recursive: true })
  for (const room of rooms) {
    // The real manifests: what is proved is that imports through the packages' own `exports` are followed.
    mkdirSync(join(root, room), { recursive: true })
    cpSync(join(own, room, 'package.json'), join(root, room, 'package.json'))
    const { name } = JSON.parse(readFileSync(join(own, room, 'package.json'), 'utf8')) as { name: string }
    const link = join(root, 'node_modules', name)
    symlinkSync(relative(dirname(link), join(root, room)), link)
  }
  write(sound)
})
afterEach(() => rmSync(root, { recursive: true }))

test('a sound house has no breach, and every file of it is looked at', async () => {
  const verdict = await judge(root)
  expect(verdict.breaches).toEqual([])
  expect(verdict.unseen).toEqual([])
  expect(verdict.seen).toBe(Object.keys(sound).length)
})

test('every planted breach is reported under its rule', async () => {
  write(around)
  write(Object.fromEntries(planted.map(([, file, source]) => [file, source])))
  const { breaches } = await judge(root)
  const reported = breaches.map(({ rule, from }) => `${rule}: ${from}`)
  for (const [rule, file] of planted) expect(reported).toContain(`${rule}: ${file}`)
  for (const { from } of breaches) expect(planted.map(([, file]) => file)).toContain(from)
})

test('no rule goes without a planted breach and a word on what to do instead', () => {
  expect(new Set(planted.map(([rule]) => rule))).toEqual(new Set(rules.map((rule) => rule.name)))
  for (const rule of rules) expect(rule.comment, rule.name).toMatch(/\w{3}/)
})

test('a gate that sees nothing says so', async () => {
  const blind = join(root, 'blind.cjs')
  writeFileSync(
    blind,
    `const c = require(${JSON.stringify(config)}); module.exports = { ...c, options: { ...c.options, exclude: { path: 'server' } } }`,
  )
  const { unseen } = await judge(root, blind)
  expect(unseen).toEqual(
    Object.keys(sound)
      .filter((file) => file.startsWith('server/'))
      .sort(),
  )
})

function write(files: Record<string, string>) {
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), `${source}\n`)
  }
}
