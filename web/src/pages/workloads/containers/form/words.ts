const plain = /^[\w@%+=:,./-]+$/

/** Splits as a shell does, without running anything: quotes and backslashes only. Null where a quote is not closed. */
export function splitWords(text: string): string[] | null {
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? ''
    if (quote === "'") {
      if (sign === quote) quote = null
      else word += sign
    } else if (sign === '\\' && text[at + 1] === '\n') {
      // It joins the lines, as commands of readmes do.
      at += 1
    } else if (sign === '\\' && at + 1 < text.length && (quote === null || /["\\$`]/.test(text[at + 1] ?? ''))) {
      at += 1
      word = (word ?? '') + (text[at] ?? '')
    } else if (quote === '"') {
      if (sign === quote) quote = null
      else word += sign
    } else if (sign === '"' || sign === "'") {
      quote = sign
      word ??= ''
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + sign
  }
  if (quote !== null) return null
  if (word !== null) words.push(word)
  return words
}

/** The text that splits into these words again. */
export const joinWords = (words: readonly string[]): string =>
  words.map((word) => (plain.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`)).join(' ')
