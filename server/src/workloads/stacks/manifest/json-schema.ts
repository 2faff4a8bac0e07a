import { z } from 'zod'
import { Manifest } from './schema.ts'

/** A JSON Schema, as far as the manifest needs one. */
export interface Node {
  description?: string
  type?: string
  const?: unknown
  enum?: unknown[]
  pattern?: string
  minimum?: number
  maximum?: number
  items?: Node
  properties?: Record<string, Node>
  patternProperties?: Record<string, Node>
  additionalProperties?: boolean | Node
  required?: string[]
  anyOf?: Node[]
  oneOf?: Node[]
  /** What a transform takes, from the schema; not part of what is made. */
  form?: string
}

/** Any value may come from a variable, and is a text until it is read. */
const variable = String.raw`\$`
const unit = String.raw`(\d+(\.\d+)?|\.\d+)(us|µs|ms|s|m|h|d|w)`
const forms: Readonly<Record<string, (taken: Node) => Node[]>> = {
  duration: () => [{ type: 'string', pattern: `^\\s*(0|(${unit})+)\\s*$|${variable}` }, { const: 0 }],
  size: () => [
    { type: 'string', pattern: `^\\s*\\d+(\\.\\d+)?\\s*(([kKmMgGtTpP])([iI]?[bB])?|[bB])?\\s*$|${variable}` },
    { type: 'number', minimum: 0 },
  ],
  whole: (taken) => [taken, { type: 'string', pattern: `^\\d+$|${variable}` }],
  restart: (taken) => [taken.properties!.policy!, { const: false }, taken],
  expose: (taken) => [taken.properties!.port!, taken],
}

const each = (map: Record<string, Node>): Record<string, Node> =>
  Object.fromEntries(Object.entries(map).map(([key, node]) => [key, written(node)]))

/** As a person writes it: short forms, units and variables are allowed, and keys that start with x-. */
function written({ form, ...given }: Node): Node {
  const node: Node = { ...given }
  if (node.properties) node.properties = each(node.properties)
  if (node.items) node.items = written(node.items)
  if (node.anyOf) node.anyOf = node.anyOf.map(written)
  if (typeof node.additionalProperties === 'object') node.additionalProperties = written(node.additionalProperties)
  if (node.properties && node.additionalProperties === false) node.patternProperties = { '^x-': {} }
  if (node.pattern !== undefined) node.pattern = `${node.pattern}|${variable}`
  const take = form === undefined ? undefined : forms[form]
  const { description, ...taken } = node
  const told = description === undefined ? {} : { description }
  if (take) return { ...told, anyOf: take(taken) }
  if (node.enum) return { ...told, anyOf: [taken, { type: 'string', pattern: variable }] }
  return node
}

/** The JSON Schema of wheelhouse.yaml, for editors. What it refuses the reader refuses too, which also knows names and ports. */
export function manifestJsonSchema(): Node & Record<string, unknown> {
  const { $schema: _, ...made } = z.toJSONSchema(Manifest, { io: 'input', unrepresentable: 'any', target: 'draft-7' })
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'wheelhouse.yaml',
    ...written(made as Node),
  }
}
