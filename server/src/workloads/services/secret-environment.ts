import { isSecretKey } from '@wheelhouse/platform/log'

export interface Variable {
  readonly name: string
  readonly value: string
  readonly masked: boolean
}
const mask = '[secret]'

/** Values whose names speak of secrets are masked, and credentials inside addresses are cut out. */
export function maskEnvironment(environment: Readonly<Record<string, string>>): Variable[] {
  return Object.entries(environment)
    .map(([name, value]) => {
      if (value !== '' && isSecretKey(name)) return { name, value: mask, masked: true }
      const clean = value.replace(/(\w+:\/\/[^\s:/@]*:)[^\s@/]+@/g, `$1${mask}@`)
      return { name, value: clean, masked: clean !== value }
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The native document without the values that `maskEnvironment` masks: they stand there as NAME=value too. */
export function maskNative(native: unknown, secrets: readonly string[]): unknown {
  if (typeof native === 'string') return secrets.reduce((text, secret) => text.replaceAll(secret, mask), native)
  if (Array.isArray(native)) return native.map((item: unknown) => maskNative(item, secrets))
  if (typeof native !== 'object' || native === null) return native
  return Object.fromEntries(Object.entries(native).map(([key, value]) => [key, maskNative(value, secrets)]))
}

/** Texts to cut out of the native document: the whole NAME=value of secret variables, and long enough values by themselves. */
export function secretTexts(environment: Readonly<Record<string, string>>): string[] {
  return Object.entries(environment).flatMap(([name, value]) => {
    if (value === '') return []
    if (isSecretKey(name)) return value.length >= 6 ? [value] : []
    const inside = /\w+:\/\/[^\s:/@]*:([^\s@/]+)@/.exec(value)?.[1]
    return inside && inside.length >= 6 ? [inside] : []
  })
}
