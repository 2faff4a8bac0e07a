/** The part of JSON Schema that completion reads. */
export interface Schema {
  readonly $ref?: string
  readonly type?: string | readonly string[]
  readonly title?: string
  readonly description?: string
  readonly properties?: Readonly<Record<string, Schema | boolean>>
  readonly patternProperties?: Readonly<Record<string, Schema | boolean>>
  readonly additionalProperties?: Schema | boolean
  readonly items?: Schema | boolean
  readonly prefixItems?: readonly (Schema | boolean)[]
  readonly anyOf?: readonly (Schema | boolean)[]
  readonly oneOf?: readonly (Schema | boolean)[]
  readonly allOf?: readonly (Schema | boolean)[]
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly required?: readonly string[]
}

/** A key, or null for an item of a list. */
export type Path = readonly (string | null)[]

function follow(root: Schema, reference: string): Schema | undefined {
  if (!reference.startsWith('#')) return undefined
  const names = reference
    .slice(1)
    .split('/')
    .filter(Boolean)
    .map((name) => decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~'))
  let at: unknown = root
  for (const name of names)
    at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[name] : undefined
  return typeof at === 'object' && at !== null ? at : undefined
}

/** The schema with all it refers to and all it may be instead; a schema that names itself ends here. */
function alternatives(root: Schema, schema: Schema | boolean | undefined, seen = new Set<Schema>()): Schema[] {
  if (typeof schema !== 'object' || seen.has(schema)) return []
  seen.add(schema)
  const parts = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])]
  const meant = schema.$ref === undefined ? [] : [follow(root, schema.$ref)]
  return [schema, ...[...meant, ...parts].flatMap((part) => alternatives(root, part, seen))]
}

function child(schema: Schema, name: string | null): (Schema | boolean | undefined)[] {
  if (name === null) return [schema.items, ...(schema.prefixItems ?? [])]
  const own = Object.hasOwn(schema.properties ?? {}, name) ? schema.properties?.[name] : undefined
  if (own !== undefined) return [own]
  const matching = Object.entries(schema.patternProperties ?? {}).filter(([pattern]) => new RegExp(pattern).test(name))
  return matching.length > 0 ? matching.map(([, each]) => each) : [schema.additionalProperties]
}

/** Everything that what stands at the path may be. */
export function schemasAt(root: Schema, path: Path): Schema[] {
  let here = alternatives(root, root)
  for (const name of path) {
    const seen = new Set<Schema>()
    here = here.flatMap((schema) => child(schema, name)).flatMap((each) => alternatives(root, each, seen))
  }
  return here
}

export interface KnownKey {
  readonly name: string
  readonly about: string | null
  /** Words for people: `text`, `choice or keys`, `true or false`. */
  readonly kind: string
  /** It holds keys of its own and nothing else. */
  readonly nests: boolean
  readonly required: boolean
}

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'true or false',
  object: 'keys',
  array: 'list',
}

/** Every key that may stand at the path, by its place in the schema. */
export function keysAt(root: Schema, path: Path): KnownKey[] {
  const found = new Map<string, KnownKey>()
  for (const schema of schemasAt(root, path))
    for (const [name, value] of Object.entries(schema.properties ?? {})) {
      if (found.has(name) || value === false) continue
      const forms = alternatives(root, value)
      const named = valuesOf(forms.filter(({ type }) => type !== 'boolean'))
      const free = forms.filter((form) => form.enum === undefined && form.const === undefined)
      const kindsOf = new Set(free.flatMap((form) => form.type ?? (form.properties ? 'object' : [])))
      // A single word beside free text, such as 0 for none, makes no choice.
      const choice = named.length > 1 ? ['choice'] : []
      found.set(name, {
        name,
        about: forms.find((form) => form.description)?.description ?? null,
        kind: [...choice, ...[...kindsOf].map((kind) => kinds[kind] ?? kind)].join(' or '),
        nests: named.length === 0 && kindsOf.size === 1 && kindsOf.has('object'),
        required: schema.required?.includes(name) ?? false,
      })
    }
  return [...found.values()]
}

function valuesOf(schemas: readonly Schema[]): string[] {
  const all = schemas.flatMap((schema) => [
    ...(schema.enum ?? []),
    ...(schema.const === undefined ? [] : [schema.const]),
    ...(schema.type === 'boolean' ? [true, false] : []),
  ])
  const plain = all.filter((value) => ['string', 'number', 'boolean'].includes(typeof value))
  return [...new Set(plain.map(String))]
}

/** Every value that may stand at the path, where the schema names them. */
export const valuesAt = (root: Schema, path: Path): string[] => valuesOf(schemasAt(root, path))
