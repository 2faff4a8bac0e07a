import * as contractExports from '@wheelhouse/contract'
import { Binary, errorCatalogue, type Operation, operations } from '@wheelhouse/contract'
import { z } from 'zod'

type Json = Record<string, unknown>

const pathOf = (path: string): string => path.replace(/:(\w+)/g, '{$1}')
const parameterNames = (path: string): string[] => [...path.matchAll(/:(\w+)/g)].map((match) => match[1] ?? '')

const binary: Json = { type: 'string', format: 'binary' }

/** JSON Schema has no bytes: OpenAPI calls a body of them a binary string. */
const bytes: Pick<z.core.ToJSONSchemaParams, 'unrepresentable' | 'override'> = {
  unrepresentable: 'any',
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema === Binary) Object.assign(jsonSchema, binary)
  },
}

/** Schemas that the contract exports by name become components, so that the document says each once. */
function components(): { registry: z.core.$ZodRegistry<{ id: string }>; schemas: Json } {
  const registry = z.registry<{ id: string }>()
  const seen = new Set<unknown>()
  for (const [name, value] of Object.entries(contractExports)) {
    if (!/^[A-Z]/.test(name) || !(value instanceof z.ZodType) || seen.has(value)) continue
    seen.add(value)
    registry.add(value, { id: name })
  }
  const { schemas } = z.toJSONSchema(registry, { uri: (id) => `#/components/schemas/${id}`, io: 'input', ...bytes })
  return { registry, schemas: clean(schemas) as Json }
}

/** Drops what is noise in OpenAPI: `$schema`, `$id` and the bounds that only say "a safe integer". */
function clean(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(clean)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(
        ([key, item]) =>
          key !== '$schema' &&
          key !== '$id' &&
          !(key === 'maximum' && item === Number.MAX_SAFE_INTEGER) &&
          !(key === 'minimum' && item === Number.MIN_SAFE_INTEGER),
      )
      .map(([key, item]) => [key, clean(item)]),
  )
}

function schemaOf(
  schema: z.core.$ZodType,
  registry: z.core.$ZodRegistry<{ id: string }>,
  io: 'input' | 'output',
): Json {
  const named = registry.get(schema)
  if (named) return { $ref: `#/components/schemas/${named.id}` }
  const document = z.toJSONSchema(schema, { metadata: registry, io, reused: 'inline', ...bytes }) as Json
  const { $defs: _, ...rest } = document
  return repoint(clean(rest)) as Json
}

/** Local definitions are the same schemas that stand among the components. */
function repoint(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(repoint)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === '$ref' && typeof item === 'string' ? item.replace('#/$defs/', '#/components/schemas/') : repoint(item),
    ]),
  )
}

function requestOf(operation: Operation, registry: z.core.$ZodRegistry<{ id: string }>): Json {
  const input = schemaOf(operation.input, registry, 'input') as { properties?: Json; required?: string[] }
  const inPath = new Set(parameterNames(operation.path))
  const properties = Object.entries(input.properties ?? {})
  const uploads = operation.kind === 'upload'
  const bodyless = operation.method === 'GET' || operation.method === 'DELETE' || uploads
  const parameters = properties
    .filter(([name]) => inPath.has(name) || bodyless)
    .map(([name, schema]) => ({
      name,
      in: inPath.has(name) ? 'path' : 'query',
      required: inPath.has(name) || (input.required ?? []).includes(name),
      schema,
    }))
  const planned = operation.plan
    ? [
        {
          name: 'dryRun',
          in: 'query',
          required: false,
          description: 'true: answer the plan and change nothing',
          schema: { type: 'boolean' },
        },
      ]
    : []
  const rest = properties.filter(([name]) => !inPath.has(name))
  const body = uploads
    ? {
        requestBody: {
          required: true,
          content: { 'application/octet-stream': { schema: binary }, 'application/x-tar': { schema: binary } },
        },
      }
    : bodyless || rest.length === 0
      ? {}
      : {
          requestBody: {
            required: rest.some(([name]) => (input.required ?? []).includes(name)),
            content: {
              'application/json': {
                schema: {
                  type: 'object',
                  properties: Object.fromEntries(rest),
                  required: (input.required ?? []).filter((name) => !inPath.has(name)),
                  additionalProperties: false,
                },
              },
            },
          },
        }
  return { ...(parameters.length + planned.length > 0 ? { parameters: [...parameters, ...planned] } : {}), ...body }
}

function answersOf(operation: Operation, registry: z.core.$ZodRegistry<{ id: string }>): Json {
  const content =
    operation.output === Binary
      ? { 'application/octet-stream': { schema: binary } }
      : operation.kind === 'stream'
        ? { 'application/x-ndjson': { schema: { type: 'string' } } }
        : { 'application/json': { schema: schemaOf(operation.output, registry, 'output') } }
  const gate =
    operation.permission === 'public'
      ? []
      : (['UNAUTHENTICATED', ...(operation.permission === 'self' ? [] : ['FORBIDDEN' as const])] as const)
  const upload = operation.kind === 'upload' ? (['BODY_TOO_LARGE', 'MEDIA_TYPE_REFUSED'] as const) : []
  const codes = [...new Set(['VALIDATION_FAILED' as const, ...gate, ...upload, ...(operation.errors ?? [])])]
  const byStatus = Map.groupBy(codes, (code) => String(errorCatalogue[code].status))
  const errors = [...byStatus].map(([status, list]) => [
    status,
    {
      description: list.join(', '),
      content: { 'application/json': { schema: { $ref: '#/components/schemas/ErrorBody' } } },
    },
  ])
  return {
    [String(operation.status ?? 200)]: { description: operation.summary, content },
    ...Object.fromEntries(errors),
  }
}

const errorBody = {
  type: 'object',
  required: ['errorCode', 'message', 'details', 'timestamp', 'requestId'],
  properties: {
    errorCode: { type: 'string', enum: Object.keys(errorCatalogue) },
    message: { type: 'string' },
    details: { type: 'object', additionalProperties: true },
    timestamp: { type: 'string', format: 'date-time' },
    requestId: { type: 'string' },
  },
}

/** The OpenAPI 3.1 document, of the whole contract unless told. */
export function openApi(version: string, documented: readonly Operation[] = operations): Json {
  const { registry, schemas } = components()
  const paths: Record<string, Json> = {}
  for (const operation of documented) {
    const at = (paths[pathOf(operation.path)] ??= {})
    at[operation.method.toLowerCase()] = {
      operationId: operation.id,
      tags: [operation.domain],
      summary: operation.summary,
      ...(operation.description ? { description: operation.description } : {}),
      'x-permission': operation.permission,
      'x-danger': operation.danger,
      ...(operation.aliases ? { 'x-aliases': operation.aliases } : {}),
      ...(operation.permission === 'public' ? { security: [] } : {}),
      ...requestOf(operation, registry),
      responses: answersOf(operation, registry),
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Wheelhouse', version, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    security: [{ bearer: [] }],
    paths,
    components: {
      schemas: { ...schemas, ErrorBody: errorBody },
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
    },
  }
}
