/** Words of a command. `cut` is the mark of a shell that ended it: nothing after it is read. */
export type ShellWords = { readonly words: readonly string[]; readonly cut: string | null } | { readonly error: string }

const spaces = ' \t\r\n'
const shellMarks = ';&|<>'

/** Splits a command as Compose does. No shell is involved: a mark of one that is not quoted ends the command. */
export function shellWords(line: string): ShellWords {
  const words: string[] = []
  let word = ''
  let has = false
  let escaped = false
  let quote: '"' | "'" | '`' | '(' | null = null
  let cut: string | null = null
  for (const char of line) {
    if (escaped) {
      word += char
      escaped = false
      has = true
      continue
    }
    if (char === '\\') {
      if (quote === "'") word += char
      else escaped = true
      continue
    }
    if (spaces.includes(char)) {
      if (quote !== null) word += char
      else if (has) {
        words.push(word)
        word = ''
        has = false
      }
      continue
    }
    if ((char === '"' || char === "'") && (quote === null || quote === char)) {
      if (quote === char) has = true
      quote = quote === char ? null : char
      continue
    }
    if (char === '`' && (quote === null || quote === '`')) quote = quote === null ? '`' : null
    else if (char === ')' && (quote === null || quote === '(')) {
      if (quote === null) return { error: 'A ) closes nothing. Put the text in quotes.' }
      quote = null
    } else if (char === '(' && (quote === null || quote === '(')) {
      if (quote !== null || !word.endsWith('$')) return { error: 'A ( opens nothing here. Put the text in quotes.' }
      quote = '('
      word += char
      continue
    } else if (shellMarks.includes(char) && quote === null) {
      if (char === '>' && /^\d/.test(word)) has = false
      cut = char
      break
    }
    has = true
    word += char
  }
  if (has) words.push(word)
  if (escaped) return { error: 'A \\ at the end stands before nothing.' }
  if (quote !== null) return { error: `A ${quote} is not closed.` }
  return { words, cut }
}
