import { expect, test } from 'vitest'
import { z } from 'zod'
import { operations } from './index.ts'

interface Schema {
  readonly type?: string
  readonly properties?: Record<string, Schema>
  readonly additionalProperties?: unknown
  readonly default?: unknown
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}
const inputs = operations.map((operation) => ({
  operation,
  schema: z.toJSONSchema(operation.input, { io: 'input' }) as Schema,
}))

function* objects(schema: Schema): Generator<Schema> {
  if (schema.type === 'object') yield schema
  for (const child of [
    ...Object.values(schema.properties ?? {}),
    ...(schema.items ? [schema.items] : []),
    ...(schema.anyOf ?? []),
    ...(schema.oneOf ?? []),
  ]) {
    yield* objects(child)
  }
}

test('every address reaches one operation', () => {
  const seen = new Map<string, string>()
  for (const operation of operations) {
    for (const path of [operation.path, ...(operation.aliases ?? [])]) {
      const key = `${operation.method} ${path.replaceAll(/:\w+/g, ':')}`
      expect(seen.get(key), key).toBeUndefined()
      seen.set(key, operation.id)
    }
  }
})

test('every path parameter is a field of the input', () => {
  for (const { operation, schema } of inputs) {
    for (const path of [operation.path, ...(operation.aliases ?? [])]) {
      for (const [, name] of path.matchAll(/:(\w+)/g))
        expect(Object.keys(schema.properties ?? {}), operation.id).toContain(name)
    }
  }
})

test('every scope names a field of the input', () => {
  for (const { operation, schema } of inputs) {
    if (operation.scope) expect(Object.keys(schema.properties ?? {}), operation.id).toContain(operation.scope.field)
  }
})

test('inputs refuse unknown keys at every depth', () => {
  for (const { operation, schema } of inputs) {
    for (const object of objects(schema)) {
      // A record says what its values are; everything else is closed.
      const record = object.properties === undefined && typeof object.additionalProperties === 'object'
      // What continuous integration sends is in forms of its own: its handler reads the signed bytes and nothing else.
      const signed = ['triggers.receive', 'stackSources.receive'].includes(operation.id)
      expect(record || signed || object.additionalProperties === false, operation.id).toBe(true)
    }
  }
})

test('reads are GET or say that they change nothing, and what destroys says so', () => {
  for (const operation of operations) {
    if (operation.method === 'GET') expect(operation.danger, operation.id).toBe('none')
    if (operation.method === 'DELETE') expect(operation.danger, operation.id).not.toBe('none')
  }
})

test('a public operation has no permission to check and is one of few', () => {
  const open = operations.filter((operation) => operation.permission === 'public').map((operation) => operation.id)
  expect(open).toEqual([
    'auth.setupState',
    'auth.setup',
    'auth.login',
    'auth.refresh',
    'auth.logout',
    // Who may is told by the signature of the body.
    'stackSources.receive',
    'triggers.receive',
  ])
})

test('what is compiled says the same as what is interpreted', () => {
  const samples: unknown[] = [
    {},
    { id: 'a' },
    { id: 1 },
    { limit: 5 },
    { limit: -1 },
    { q: 'x', unknown: true },
    null,
    [],
    'text',
    { name: 'a b', username: '-', password: 'short' },
  ]
  for (const { input, id } of operations) {
    const compiled = z.compile(input) as unknown as z.ZodType
    const plain = input as unknown as z.ZodType
    for (const sample of samples) {
      const [a, b] = [compiled.safeParse(sample), plain.safeParse(sample)]
      expect(a.success, id).toBe(b.success)
      expect(a.error?.issues, id).toEqual(b.error?.issues)
    }
  }
})
