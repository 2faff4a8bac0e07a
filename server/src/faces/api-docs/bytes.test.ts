import { expect, test } from 'vitest'
import { parcelOperations } from '../../../../test/fixtures/bytes-server.ts'
import { openApi } from './openapi.ts'
import { docsPage } from './page.ts'

interface Described {
  readonly parameters: readonly { name: string; in: string; required: boolean }[]
  readonly requestBody?: { required: boolean; content: Record<string, { schema: object }> }
  readonly responses: Record<string, { content: Record<string, { schema: object }> }>
}
const bytes = { schema: { type: 'string', format: 'binary' } }
const document = openApi('1', parcelOperations)
const path = (document.paths as Record<string, Record<string, Described>>)['/api/v1/parcels/{id}']!

test('an upload has its input in path and query, and a body of bytes', () => {
  const { parameters, requestBody, responses } = path.put!
  expect(parameters.map(({ name, in: where, required }) => [name, where, required])).toEqual([
    ['id', 'path', true],
    ['stamps', 'query', false],
  ])
  expect(requestBody).toEqual({
    required: true,
    content: { 'application/octet-stream': bytes, 'application/x-tar': bytes },
  })
  expect(Object.keys(responses)).toEqual(expect.arrayContaining(['201', '413', '415']))
  expect(Object.keys(responses['201']!.content)).toEqual(['application/json'])
})

test('a stream of bytes answers bytes', () => {
  expect(path.get!.requestBody).toBeUndefined()
  expect(path.get!.responses['200']!.content).toEqual({ 'application/octet-stream': bytes })
})

test('the page of the reference can be made of such a document', () => {
  expect(docsPage(document)).toContain('<html')
})
