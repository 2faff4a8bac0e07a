/** What stands in place of a secret wherever one is hidden. */
export const secretMark = '[secret]'

/** A shorter text is not looked for: hiding it would shred every line. */
const shortest = 4
/** Base64 of less is found in plain words. */
const shortestEncoded = 8

/**
 * The ways in which programs write a value: as it is, by its lines, in JSON, in a URL, in base64. Longest first; none of under four
 * characters. `shortestLine`: lines of a value of several that are shorter than this are left out.
 */
export function spellingsOf(value: string, shortestLine = shortest): string[] {
  // A key or certificate is often indented, or read line by line, and then never seen whole.
  const lines = value.split(/\r?\n/).map((line) => line.trim())
  const long = lines.length === 1 ? lines : lines.filter((line) => line.length >= shortestLine)
  const written = [JSON.stringify(value).slice(1, -1), encodeURIComponent(value.toWellFormed())]
  const base64 = value.length >= shortestEncoded ? [Buffer.from(value).toString('base64')] : []
  return longestFirst([value, ...long, ...written, ...base64].filter((form) => form.length >= shortest))
}

/** Each once; a text that holds another comes before it. */
export const longestFirst = (texts: Iterable<string>): string[] =>
  [...new Set(texts)].sort((a, b) => b.length - a.length)

/** Finds any of the texts; null for none. */
export const anyOf = (texts: readonly string[]): RegExp | null =>
  texts.length === 0 ? null : new RegExp(texts.map((text) => RegExp.escape(text)).join('|'), 'g')
