import { isSecretKey, secretMark } from '@wheelhouse/platform/log'

export interface Variable {
  readonly name: string
  readonly value: string
  readonly masked: boolean
}
// Bounded, and only from where a word begins: a long value without an address must not be searched from each of its letters.
const passwordInUrl = /\b([a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]*:)[^\s@/]+@/gi
const assignment = /^([\w.-]{1,200})=(.+)$/s

/** One value of a variable, as it may be read. */
const clean = (name: string, value: string): string =>
  value !== '' && isSecretKey(name) ? secretMark : value.replace(passwordInUrl, `$1${secretMark}@`)

/** Values whose names speak of secrets are masked, and credentials inside addresses are cut out. */
export function maskEnvironment(environment: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(environment)
    .map(([name, value]) => {
      const shown = clean(name, value)
      return { name, value: shown, masked: shown !== value }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The native document without the values that `maskEnvironment` masks: they stand there as NAME=value too. */
export function maskNative(native: unknown, secrets: readonly string[]): unknown {
  if (typeof native === 'string') {
    const text = secrets.reduce((left, secret) => left.replaceAll(secret, secretMark), native)
    // However short a value is: beside its name it is known for what it is.
    const [, name, value] = assignment.exec(text) ?? []
    return name === undefined || value === undefined ? clean('', text) : `${name}=${clean(name, value)}`
  }
  if (Array.isArray(native)) return native.map((item: unknown) => maskNative(item, secrets))
  if (typeof native !== 'object' || native === null) return native
  return Object.fromEntries(Object.entries(native).map(([key, value]) => [key, maskNative(value, secrets)]))
}

/** Values to cut out of the native document wherever they stand, where they are long enough to be told from other text. */
export function secretTexts(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (value === '') return []
    if (isSecretKey(name)) return value.length >= 6 ? [value] : []
    const inside = [...value.matchAll(passwordInUrl)].map(([all, before = '']) => all.slice(before.length, -1))
    return inside.filter((password) => password.length >= 6)
  })
}
