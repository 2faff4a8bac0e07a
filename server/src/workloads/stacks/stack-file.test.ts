import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import * as tables from './compose/keys.ts'
import { HealthEntry, ServiceEntry } from './manifest/schema.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/stack-file.md'), 'utf8')

describe('docs/stack-file.md', () => {
  it('names every key, with the words the server uses of it', () => {
    for (const table of Object.values(tables)) {
      for (const key of table.taken) expect(page).toContain(`\`${key}\``)
      for (const [key, words] of Object.entries({ ...table.warned, ...table.refused })) {
        expect(page).toContain(`| \`${key}\` | ${words} |`)
      }
    }
    for (const key of [...Object.keys(ServiceEntry.shape), ...Object.keys(HealthEntry.shape)]) {
      expect(page).toContain(`| \`${key}\` |`)
    }
  })
})
