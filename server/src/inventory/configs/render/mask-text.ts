import { isSecretKey, longestFirst, secretMark, spellingsOf } from '@wheelhouse/platform/log'
import { readEnv } from '../text/env-text.ts'

export const mask = secretMark
const changedMask = '[secret, changed]'
/** A shorter value is masked only where its name stands beside it: elsewhere it would blot out plain words. */
const shortestLiteral = 4
const longestLiteralLine = 8

/** What must not be seen of a text: values of these keys, and these values wherever they stand. */
export interface Hidden {
  readonly keys: ReadonlySet<string>
  readonly values: readonly string[]
}

const assignment = /([\w.-]{1,100})(["']?[ \t]*[=:][ \t]*)("[^"\n]*"|'[^'\n]*'|[^\s"',;&\n]+)/g
const userInUrl = /(\w+:\/\/[^\s:@/[\]]*:)([^\s@/[\]]+)@/g

/** The spellings in which a value may stand in a file; some formats write a dollar sign with a stroke before it. */
const literalsOf = (values: Iterable<string>): string[] =>
  longestFirst(
    [...values].flatMap((value) => [
      ...spellingsOf(value, longestLiteralLine),
      ...spellingsOf(value.replaceAll('$', String.raw`\$`), longestLiteralLine),
    ]),
  )

const hides = (hidden: Hidden, key: string): boolean =>
  hidden.keys.has(key) || hidden.keys.has(key.toUpperCase()) || isSecretKey(key)

/** Secret values by key, where the text is one of NAME=value lines. */
function secretsIn(text: string, hidden: Hidden): Map<string, string> {
  return new Map(
    readEnv(text)
      .entries.filter(({ key }) => hides(hidden, key))
      .map(({ key, value }) => [key, value]),
  )
}

function maskOne(
  text: string,
  hidden: Hidden,
  raw: readonly string[],
  literals: readonly string[],
  wordFor: (value: string, key?: string) => string,
): string {
  let out = text
  for (const { key, value, start, end } of readEnv(text).entries.toReversed()) {
    if (value === '') continue
    // Quotes and escapes may spell a secret in ways no search would find, so what the line means is searched, not how it is written.
    const inside = raw.filter((secret) => value.includes(secret))
    const shown = hides(hidden, key)
      ? wordFor(value, key)
      : inside.reduce((left, secret) => left.replaceAll(secret, () => wordFor(secret)), value)
    if (shown !== value) out = out.slice(0, start) + shown + out.slice(end)
  }
  for (const literal of literals) if (out.includes(literal)) out = out.replaceAll(literal, () => wordFor(literal))
  // The same by name in files of other forms, such as YAML and JSON.
  return out
    .replace(assignment, (all, name: string, sign: string, value: string) =>
      hides(hidden, name) && !value.includes(mask.slice(0, -1)) ? `${name}${sign}${wordFor(value)}` : all,
    )
    .replace(userInUrl, `$1${mask}@`)
}

/**
 * Both texts without a secret. One that changed reads `[secret]` before and `[secret, changed]` after, so that the change is seen
 * and nothing of the value, not even its length or a hash.
 */
export function maskPair(before: string | null, after: string, hidden: Hidden): { before: string; after: string } {
  const old = secretsIn(before ?? '', hidden)
  const all = [...hidden.values, ...old.values(), ...secretsIn(after, hidden).values()]
  const raw = longestFirst(all.filter((value) => value.length >= shortestLiteral))
  const literals = literalsOf(all)
  const meant = readEnv(before ?? '').entries.map(({ value }) => value)
  const wordAfter = (value: string, key?: string): string => {
    if (before === null) return mask
    if (key !== undefined) return old.has(key) && old.get(key) !== value ? changedMask : mask
    return before.includes(value) || meant.some((one) => one.includes(value)) ? mask : changedMask
  }
  return {
    before: maskOne(before ?? '', hidden, raw, literals, () => mask),
    after: maskOne(after, hidden, raw, literals, wordAfter),
  }
}
