/** Letters that need no quotes in a POSIX shell. */
const plain = /^[\w@%+=:,./-]+$/

export const shellWord = (text: string): string => (plain.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`)

/**
 * Splits a command as a POSIX shell would, quotes and backslashes taken away. Nothing is expanded: a `$` stays one. Throws Error where
 * a quote is left open.
 */
export function shellWords(command: string): string[] {
  const words: string[] = []
  let word: string | null = null
  let quote: '"' | "'" | null = null
  for (let at = 0; at < command.length; at++) {
    const letter = command[at] ?? ''
    const next = command[at + 1]
    if (quote === "'") {
      if (letter === "'") quote = null
      else word += letter
    } else if (letter === '\\' && next !== undefined) {
      at += 1
      // Between double quotes it quotes only what means something there; before the end of a line it joins the lines.
      if (next === '\n' || (next === '\r' && command[at + 1] === '\n')) at += next === '\r' ? 1 : 0
      else word = (word ?? '') + (quote === '"' && !/["\\$`]/.test(next) ? letter + next : next)
    } else if (quote === '"') {
      if (letter === '"') quote = null
      else word += letter
    } else if (letter === '"' || letter === "'") {
      quote = letter
      word ??= ''
    } else if (/\s/.test(letter)) {
      if (word !== null) words.push(word)
      word = null
    } else word = (word ?? '') + letter
  }
  if (quote !== null) throw new Error(`a ${quote === '"' ? 'double' : 'single'} quote is left open`)
  return word === null ? words : [...words, word]
}
