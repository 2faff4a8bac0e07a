import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openTestHouse, type TestHouse } from '../../../test/fixtures/house.ts'

const root = join(import.meta.dirname, '../../..')
let house: TestHouse
beforeAll(async () => {
  house = await openTestHouse()
})
afterAll(() => house.close())

test.each([
  ['/schema/wheelhouse.json', 'application/schema+json; charset=utf-8', 'docs/wheelhouse.schema.json'],
  ['/openapi.json', 'application/json; charset=utf-8', 'openapi.json'],
])('%s is the document that is kept in git, for everyone', async (path, type, file) => {
  const answer = await fetch(`${house.url}${path}`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toBe(type)
  const version = { version: expect.any(String) as string }
  const kept = JSON.parse(readFileSync(join(root, file), 'utf8')) as { info?: object }
  expect(await answer.json()).toEqual({ ...kept, ...(kept.info ? { info: { ...kept.info, ...version } } : {}) })
})
