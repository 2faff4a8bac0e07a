import { expect, test } from 'vitest'
import file from '../../../../../../docs/wheelhouse.schema.json'
import { keysAt, type Schema, valuesAt } from './schema.ts'

const schema: Schema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: { type: 'string', description: 'what it is called' },
    services: { type: 'object', additionalProperties: { $ref: '#/$defs/service' } },
    strategy: { anyOf: [{ enum: ['rolling', 'recreate'] }, { $ref: '#/$defs/strategy' }] },
    tree: { $ref: '#/$defs/tree' },
  },
  patternProperties: { '^x-': { type: 'object', properties: { title: { type: 'string' } } } },
  $defs: {
    service: {
      type: 'object',
      properties: {
        restart: { type: 'string', enum: ['always', 'no'] },
        optional: { type: 'boolean' },
        health: { type: 'array', items: { oneOf: [{ properties: { http: {} } }, { properties: { tcp: {} } }] } },
      },
    },
    strategy: { type: 'object', properties: { kind: { const: 'canary' } } },
    tree: { anyOf: [{ $ref: '#/$defs/tree' }, { type: 'object', properties: { left: { $ref: '#/$defs/tree' } } }] },
  },
} as Schema

const names = (...path: (string | null)[]): string[] => keysAt(schema, path).map(({ name }) => name)

test('keys of the whole, with what they are', () => {
  expect(keysAt(schema, [])).toEqual([
    { name: 'name', about: 'what it is called', kind: 'text', nests: false, required: true },
    { name: 'services', about: null, kind: 'keys', nests: true, required: false },
    { name: 'strategy', about: null, kind: 'choice or keys', nests: false, required: false },
    { name: 'tree', about: null, kind: 'keys', nests: true, required: false },
  ])
})

test('keys through names of any kind, references, alternatives and items', () => {
  expect(names('services', 'web')).toEqual(['restart', 'optional', 'health'])
  expect(names('services', 'web', 'health', null)).toEqual(['http', 'tcp'])
  expect(names('x-wheelhouse')).toEqual(['title'])
  expect(names('strategy')).toEqual(['kind'])
  expect(names('name')).toEqual([])
  expect(names('nowhere', 'web')).toEqual([])
  expect(names('constructor')).toEqual([])
})

test('a schema that names itself ends', () => {
  expect(names('tree', 'left', 'left')).toEqual(['left'])
})

test('values that the schema names', () => {
  expect(valuesAt(schema, ['services', 'web', 'restart'])).toEqual(['always', 'no'])
  expect(valuesAt(schema, ['services', 'web', 'optional'])).toEqual(['true', 'false'])
  expect(valuesAt(schema, ['strategy'])).toEqual(['rolling', 'recreate'])
  expect(valuesAt(schema, ['strategy', 'kind'])).toEqual(['canary'])
  expect(valuesAt(schema, ['name'])).toEqual([])
})

test('the schema of wheelhouse.yaml as it is published', () => {
  const published = file as unknown as Schema
  expect(keysAt(published, []).map(({ name }) => name)).toContain('services')
  const service = keysAt(published, ['services', 'web'])
  expect(service.find(({ name }) => name === 'restart')).toMatchObject({ kind: 'choice or text or keys', nests: false })
  expect(service.find(({ name }) => name === 'stop')).toMatchObject({ kind: 'keys', nests: true })
  expect(valuesAt(published, ['services', 'web', 'restart'])).toContain('unless-stopped')
  expect(keysAt(published, ['services', 'web', 'health', null]).map(({ name }) => name)).toContain('http')
})
