import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, it } from 'vitest'
import { builders } from './index.ts'
import { fillPage } from './reference.ts'

const page = resolve(import.meta.dirname, '../docs/builders.md')

it('docs/builders.md has the keys of every builder as its schema tells them', async () => {
  // Out of date: `npx vitest run builders/reference.test.ts -u` writes the tables anew.
  await expect(fillPage(readFileSync(page, 'utf8'), builders.values())).toMatchFileSnapshot(page)
})

it('every builder is known by its own name, the particular before the general', () => {
  expect([...builders.keys()]).toEqual(['laravel', 'nuxt', 'flutter', 'python', 'node', 'image', 'static'])
  for (const [name, builder] of builders) expect(builder.name).toBe(name)
})
