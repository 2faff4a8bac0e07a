type Schema = Readonly<Record<string, unknown>>

export interface Rule {
  /** Such as "port 1024 to 65535", "one of debug, info". */
  readonly words: string
  /** What may be chosen; null where anything may be typed. */
  readonly choices: readonly string[] | null
}

export function propertyOf(schema: Schema | null, key: string): Schema {
  const properties = schema?.properties
  if (typeof properties !== 'object' || properties === null) return {}
  const property = (properties as Schema)[key]
  return typeof property === 'object' && property !== null ? (property as Schema) : {}
}

/** What a value may be, told by the schema, else by its name. */
export function ruleOf(schema: Schema | null, key: string): Rule {
  const { enum: values, type, minimum, maximum, format, minLength } = propertyOf(schema, key)
  if (Array.isArray(values)) return { words: 'choice', choices: values.map(String) }
  if (type === 'boolean') return { words: 'true or false', choices: ['true', 'false'] }
  if (type === 'integer' || type === 'number') {
    const range =
      typeof minimum === 'number' && typeof maximum === 'number'
        ? `, ${minimum} to ${maximum}`
        : typeof minimum === 'number'
          ? `, ${minimum} or more`
          : typeof maximum === 'number'
            ? `, ${maximum} or less`
            : ''
    return { words: `${type}${range}`, choices: null }
  }
  if (typeof format === 'string')
    return { words: format === 'ipv4' ? 'IPv4 address' : format === 'uri' ? 'URL' : format, choices: null }
  if (/(^|_)ENVIRONMENT$/i.test(key)) return { words: 'choice', choices: ['development', 'staging', 'production'] }
  if (/(^|_)PORT$/i.test(key)) return { words: 'port, 1024 to 65535', choices: null }
  if (/(^|_)IP$/i.test(key)) return { words: 'IPv4 address', choices: null }
  if (typeof minLength === 'number' && minLength > 1)
    return { words: `text, ${minLength} characters or more`, choices: null }
  return { words: 'text', choices: null }
}
