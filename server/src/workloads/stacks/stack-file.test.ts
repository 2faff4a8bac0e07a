import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { tableOf, withTables } from '../../../../tools/manifest-tables.ts'
import * as tables from './compose/keys.ts'
import * as ofSwarm from './compose/swarm/keys.ts'
import { readStack } from './read-stack.ts'
import { Manifest } from './manifest/schema.ts'

const docs = join(import.meta.dirname, '../../../../docs')
const read = (name: string): string => readFileSync(join(docs, name), 'utf8')
const stackFile = read('stack-file.md')
const manifest = read('manifest.md')

describe('docs/stack-file.md', () => {
  it('names every key of a Compose file, with the words the server uses of it', () => {
    for (const table of [...Object.values(tables), ...Object.values(ofSwarm)]) {
      for (const key of table.taken) expect(stackFile).toContain(`\`${key}\``)
      for (const [key, words] of Object.entries(table.notApplied)) {
        expect(stackFile).toContain(`| \`${key}\` | ${words} |`)
      }
    }
  })
})

describe('the pages of wheelhouse.yaml', () => {
  const examples = (page: string): string[] => [...page.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text)

  it.each([
    ['stack-file.md', stackFile],
    ['manifest.md', manifest],
  ])('%s has its tables as the schema is now', (_name, page) => {
    expect(withTables(page)).toBe(page)
  })

  it('name every key there is, each with its meaning', () => {
    const pages = stackFile + manifest
    for (const key of Object.keys(Manifest.shape)) {
      expect(manifest).toContain(`| \`${key}\` |`)
      // A table of its own, or a sentence where a table would say nothing more.
      const own = new RegExp(`<!-- keys of ${key}[. ]|\`${key}\`|## .*${key}`, 'i')
      expect(pages, key).toMatch(own)
    }
    for (const path of ['services', 'services.health', 'pipeline', 'backup', 'environments', 'apps', 'compose'])
      for (const { key, meaning } of tableOf(path)) {
        expect(meaning, `${path}.${key}`).not.toBe('')
        expect(pages, `${path}.${key}`).toContain(`| \`${key}\` |`)
      }
  })

  it('have examples that the server takes', () => {
    const all = [...examples(stackFile), ...examples(manifest)]
    expect(all).toHaveLength(2)
    for (const text of all) {
      expect(Manifest.safeParse(parse(text)).error?.issues ?? [], text).toEqual([])
      const variables = { DB_PASSWORD: 'p' }
      const apps = { backend: '/srv/shop/backend', pwa: '/srv/shop/pwa' }
      const serve = { backend: ['./serve', '{port}'], pwa: ['./serve', '{port}'] }
      expect(readStack({ source: text, directory: '/srv/shop', variables, apps, serve }).problems, text).toEqual([])
    }
  })
})
