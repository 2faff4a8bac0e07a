/** Answers the value of a variable; undefined when it has none. */
export type LookUp = (name: string) => string | undefined

/** `error` is a whole sentence; `unset` names variables that were used without a value or a default. */
export interface Substituted {
  readonly value: string
  readonly unset: readonly string[]
  readonly error: string | null
}

const maxChars = 1_000_000
const maxDepth = 20
const nameAt = /[_a-z][_a-z0-9]*/iy
const operatorAt = /:?[-+?]/y

function match(pattern: RegExp, text: string, index: number): string | null {
  pattern.lastIndex = index
  return pattern.exec(text)?.[0] ?? null
}

class Refused extends Error {}

/**
 * Index of the brace that closes the one at `start`; every opening brace counts, as in Compose, and a variable ends on its line.
 * Where none closes it, the last brace of the line does. -1 when the line has none.
 */
function closing(text: string, start: number): number {
  const newline = text.indexOf('\n', start)
  const last = text.lastIndexOf('}', newline === -1 ? text.length : newline)
  let open = 0
  for (let index = start; index <= last; index++) {
    if (text[index] === '}' && --open === 0) return index
    if (text[index] === '{') {
      open++
      index++
    }
  }
  return last > start ? last : -1
}

/**
 * Puts variables into a text as Compose does: `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME-default}`, `${NAME:?error}`,
 * `${NAME?error}`, `${NAME:+value}`, `${NAME+value}` and `$$`; with a colon an empty variable counts as unset. What follows an
 * operator is read in every case, so that a variable needed there is needed always. A `$` before anything else stays.
 */
export function substitute(text: string, lookUp: LookUp): Substituted {
  const unset = new Set<string>()
  let error: string | null = null

  const expand = (source: string, depth: number): string => {
    if (depth > maxDepth) throw new Refused(`Defaults are nested more than ${maxDepth} deep.`)
    let result = ''
    let index = 0
    for (;;) {
      if (result.length > maxChars) throw new Refused(`With its variables this is longer than ${maxChars} characters.`)
      const dollar = source.indexOf('$', index)
      if (dollar === -1) return result + source.slice(index)
      result += source.slice(index, dollar)
      index = dollar + 1
      const name = match(nameAt, source, index)
      if (source[index] === '$') {
        result += '$'
        index++
      } else if (name !== null) {
        result += plain(name)
        index += name.length
      } else if (source[index] === '{') {
        const read = braced(source, index, depth)
        result += read.value
        index = read.next
      } else result += '$'
    }
  }
  const braced = (source: string, brace: number, depth: number): { value: string; next: number } => {
    const name = match(nameAt, source, brace + 1)
    const after = brace + 1 + (name?.length ?? 0)
    if (name !== null && source[after] === '}') return { value: plain(name), next: after + 1 }
    const operator = name === null ? null : match(operatorAt, source, after)
    const end = operator === null ? -1 : closing(source, brace)
    if (name === null || operator === null || end < after + operator.length) {
      error ??=
        name === null || (after < source.length && operator === null)
          ? 'After ${ a variable name comes, and then }, -, ?, + or these with a colon. Write $$ for a plain dollar sign.'
          : 'A ${ is not closed. Close it with }, or write $$ for a plain dollar sign.'
      return { value: '', next: brace + 1 }
    }
    return { value: choose(name, operator, source.slice(after + operator.length, end), depth), next: end + 1 }
  }
  const plain = (name: string): string => {
    const value = lookUp(name)
    if (value === undefined) unset.add(name)
    return value ?? ''
  }
  const choose = (name: string, operator: string, given: string, depth: number): string => {
    const other = expand(given, depth + 1)
    const value = lookUp(name)
    const has = value !== undefined && (value !== '' || !operator.startsWith(':'))
    if (operator.endsWith('+')) return has ? other : (value ?? '')
    if (has) return value
    if (operator.endsWith('-')) return other
    error ??= `The variable ${name} is needed${other ? `: ${other}` : ' and has no value'}.`
    return ''
  }

  if (!text.includes('$')) return { value: text, unset: [], error: null }
  try {
    const value = expand(text, 0)
    return error === null ? { value, unset: [...unset], error } : { value: '', unset: [], error }
  } catch (refused) {
    if (!(refused instanceof Refused)) throw refused
    return { value: '', unset: [], error: refused.message }
  }
}
