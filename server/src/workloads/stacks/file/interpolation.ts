export type Variables = Readonly<Record<string, string>>

/** `error` is a whole sentence; `unset` names variables that were used without a value or a default. */
export interface Interpolated {
  readonly value: string
  readonly unset: readonly string[]
  readonly error: string | null
}

const nameAt = /[A-Za-z_][A-Za-z0-9_]*/y
const operatorAt = /:?[-?+]/y

/** Values that hold each other twice double with each step. */
const maxChars = 1_000_000

class Refused extends Error {}

function match(pattern: RegExp, text: string, index: number): string | null {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0] ?? null
}

/** Index of the brace that closes the `${` whose inside starts at `start`; -1 when none does. */
function closingBrace(text: string, start: number): number {
  let depth = 1
  for (let index = start; index < text.length; index++) {
    if (text[index] === '$' && text[index + 1] === '{') {
      depth++
      index++
    } else if (text[index] === '}' && --depth === 0) return index
  }
  return -1
}

/**
 * Replaces `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`, `${NAME?error}`, `${NAME:+value}`,
 * `${NAME+value}` and `$$`, as the Compose Specification says; with a colon an empty variable counts as unset. Only `variables` are read.
 */
export function interpolate(text: string, variables: Variables): Interpolated {
  const unset = new Set<string>()
  const lookUp = (name: string): string | undefined => (Object.hasOwn(variables, name) ? variables[name] : undefined)

  const expand = (source: string, depth: number): string => {
    if (depth > 20) throw new Refused('Defaults are nested more than 20 deep.')
    let result = ''
    let index = 0
    for (;;) {
      if (result.length > maxChars) throw new Refused(`With its variables this is longer than ${maxChars} characters.`)
      const dollar = source.indexOf('$', index)
      if (dollar === -1) return result + source.slice(index)
      result += source.slice(index, dollar)
      index = dollar + 1
      if (source[index] === '$') {
        result += '$'
        index++
      } else if (source[index] === '{') {
        const end = closingBrace(source, index + 1)
        if (end === -1) throw new Refused('A ${ is not closed. Close it with }, or write $$ for a plain dollar sign.')
        result += braced(source.slice(index + 1, end), depth)
        index = end + 1
      } else {
        const name = match(nameAt, source, index)
        if (name === null) throw new Refused('A $ stands alone. Write $$ for a plain dollar sign.')
        result += plain(name)
        index += name.length
      }
    }
  }
  const plain = (name: string): string => {
    const value = lookUp(name)
    if (value === undefined) unset.add(name)
    return value ?? ''
  }
  const braced = (inside: string, depth: number): string => {
    const name = match(nameAt, inside, 0)
    if (name === null) throw new Refused('A ${ } does not start with a variable name.')
    if (name.length === inside.length) return plain(name)
    const operator = match(operatorAt, inside, name.length)
    if (operator === null) throw new Refused(`After \${${name} only }, -, ?, + or these with a colon may follow.`)
    const rest = inside.slice(name.length + operator.length)
    const value = lookUp(name)
    const has = operator.startsWith(':') ? value !== undefined && value !== '' : value !== undefined
    const kind = operator.at(-1)
    if (kind === '+') return has ? expand(rest, depth + 1) : ''
    if (has) return value ?? ''
    if (kind === '-') return expand(rest, depth + 1)
    const told = expand(rest, depth + 1)
    throw new Refused(`The variable ${name} is needed${told ? `: ${told}` : ' and has no value'}.`)
  }

  try {
    return { value: expand(text, 0), unset: [...unset], error: null }
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    return { value: '', unset: [], error: error.message }
  }
}
