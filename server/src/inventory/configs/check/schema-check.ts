import { Failure } from '@wheelhouse/contract'
import type { ErrorObject, ValidateFunction } from 'ajv'
import type { Ajv2020 } from 'ajv/dist/2020.js'
import { patientPattern, PatternTooSlow } from './patient-pattern.ts'
import type { JsonSchema } from './secret-keys.ts'

export interface SchemaRemark {
  readonly key: string
  /** A sentence without its subject: "must be one of a, b". */
  readonly rule: string
}

const compiled = new Map<string, ValidateFunction>()
const mostCompiled = 50
const engine = Object.assign(patientPattern, { code: 'patientPattern' })

/** Throws CONFIG_INVALID for what is no JSON Schema. */
export async function compileSchema(schema: JsonSchema): Promise<ValidateFunction> {
  const text = JSON.stringify(schema)
  const known = compiled.get(text)
  if (known) return known
  // Loaded at first use: it takes 16 MB, and many sets have no schema.
  const [{ Ajv2020 }, formats] = await Promise.all([import('ajv/dist/2020.js'), import('ajv-formats')])
  const addFormats = formats.default as unknown as (ajv: Ajv2020) => void
  // One of its own for each: a `$id` used twice must not clash. Every draft is read as 2020-12.
  const ajv = new Ajv2020({
    strict: false,
    allErrors: true,
    coerceTypes: true,
    code: { regExp: engine },
    logger: false,
  })
  addFormats(ajv)
  ajv.addFormat('password', true)
  try {
    const { $schema: _, $id: _id, ...rest } = schema
    const validate = ajv.compile(rest)
    if (compiled.size >= mostCompiled) compiled.delete(compiled.keys().next().value ?? '')
    compiled.set(text, validate)
    return validate
  } catch (error) {
    const why = error instanceof Error ? error.message : 'it cannot be read'
    throw new Failure('CONFIG_INVALID', `The schema is no JSON Schema that can be used: ${why.slice(0, 300)}.`, {
      field: 'schema',
    })
  }
}

const article = (type: string): string => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`)
const formatWords: Record<string, string> = {
  ipv4: 'an IPv4 address such as 192.168.1.10',
  ipv6: 'an IPv6 address',
  email: 'an e-mail address',
  uri: 'a URL such as https://example.org',
  hostname: 'a host name',
}

function ruleOf({ keyword, params, message }: ErrorObject): string {
  const { allowedValues, allowedValue, type, limit, pattern, format, multipleOf } = params as Record<string, unknown>
  switch (keyword) {
    case 'enum':
      return `must be one of ${(allowedValues as unknown[]).map(String).join(', ')}`
    case 'const':
      return `must be ${String(allowedValue)}`
    case 'type':
      return `must be ${[type]
        .flat()
        .map((one) => article(String(one)))
        .join(' or ')}`
    case 'minimum':
      return `must be ${String(limit)} or more`
    case 'maximum':
      return `must be ${String(limit)} or less`
    case 'exclusiveMinimum':
      return `must be more than ${String(limit)}`
    case 'exclusiveMaximum':
      return `must be less than ${String(limit)}`
    case 'multipleOf':
      return `must be a multiple of ${String(multipleOf)}`
    case 'minLength':
      return limit === 1 ? 'must not be empty' : `must have ${String(limit)} characters or more`
    case 'maxLength':
      return `must have ${String(limit)} characters or fewer`
    case 'pattern':
      return `must match ${String(pattern)}`
    case 'format':
      return `must be ${formatWords[String(format)] ?? `of the format ${String(format)}`}`
    default:
      return message ?? `must satisfy ${keyword}`
  }
}

function remarkOf(error: ErrorObject): SchemaRemark {
  const params = error.params as Record<string, unknown>
  if (error.keyword === 'required')
    return { key: String(params.missingProperty), rule: 'is missing. The schema requires it' }
  if (error.keyword === 'additionalProperties' || error.keyword === 'unevaluatedProperties')
    return {
      key: String(params.additionalProperty ?? params.unevaluatedProperty),
      rule: 'is not in the schema. Remove it, or add it there',
    }
  const key = (error.instancePath.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~')
  return { key, rule: ruleOf(error) }
}

/** How the values break the schema. A value is always text; it counts as the number or boolean that the schema asks for when it reads as one. */
export async function checkSchema(
  values: Readonly<Record<string, string>>,
  schema: JsonSchema,
): Promise<SchemaRemark[]> {
  const validate = await compileSchema(schema)
  try {
    // A copy: reading texts as numbers writes them back.
    if (validate({ ...values })) return []
  } catch (error) {
    if (error instanceof PatternTooSlow)
      return [
        {
          key: '',
          rule: `The pattern ${error.message.slice(0, 100)} of the schema takes too long. Write a simpler one`,
        },
      ]
    if (error instanceof RangeError) return [{ key: '', rule: 'The schema refers to itself without end. Mend it' }]
    throw error
  }
  // if, then and the like only sum up what is told beside them.
  const told = (validate.errors ?? []).filter(({ keyword }) => !['if', 'allOf', 'anyOf', 'oneOf'].includes(keyword))
  return (told.length > 0 ? told : (validate.errors ?? [])).map(remarkOf)
}
