import { anyOf, isSecretKey, longestFirst, secretMark, spellingsOf } from '@wheelhouse/platform/log'

export interface Mask {
  /** The text without any of the values. */
  apply(text: string): string
  /** Characters of the longest thing that is looked for: a text cut earlier than this may end within a value. */
  readonly longest: number
}

/** The values that must not be printed: all secrets, and those variables whose name says that they are one. */
export function secretValues(
  environment: Readonly<Record<string, string>>,
  secrets: Readonly<Record<string, string>>,
): string[] {
  const named = Object.entries(environment).filter(([name]) => isSecretKey(name))
  return [...Object.values(secrets), ...named.map(([, value]) => value)]
}

/** Hides values of four characters and more, also as programs tend to print them: by line, in JSON, in a URL, in base64. */
export function createMask(values: readonly string[]): Mask {
  const forms = longestFirst(values.flatMap((value) => spellingsOf(value)))
  const pattern = anyOf(forms)
  if (pattern === null) return { apply: (text) => text, longest: 0 }
  return { apply: (text) => text.replace(pattern, secretMark), longest: forms[0]?.length ?? 0 }
}
