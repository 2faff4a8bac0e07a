import { isSecretKey } from '@wheelhouse/platform/log'

const MASK = '[secret]'
const SHORTEST = 4

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
  const forms = [...new Set(values.flatMap(formsOf))].sort((a, b) => b.length - a.length)
  if (forms.length === 0) return { apply: (text) => text, longest: 0 }
  const pattern = new RegExp(forms.map((form) => RegExp.escape(form)).join('|'), 'g')
  return { apply: (text) => text.replace(pattern, MASK), longest: forms[0]?.length ?? 0 }
}

function formsOf(value: string): string[] {
  // Output is read line by line, so a key of several lines is never seen whole.
  const lines = value.split(/\r?\n/).map((line) => line.trim())
  const written = [JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())]
  const base64 = value.length >= 8 ? [Buffer.from(value).toString('base64')] : []
  return [...lines, ...written, ...base64].filter((form) => form.length >= SHORTEST)
}
