export interface Words {
  readonly words: readonly string[]
  /** A sentence when quotes are not closed. */
  readonly error: string | null
  /** Marks that only a shell understands, such as &&; they are passed on as plain words. */
  readonly shellMarks: readonly string[]
}

const shellMark = /^(?:&&|\|\||[|&;<>]|>>|\d?>&\d)$/

/**
 * Splits a command as Compose does: blanks part words, single quotes keep all, double quotes and backslash escape (\n and \t become
 * newline and tab). Nothing is run or expanded.
 */
export function splitWords(text: string): Words {
  const words: string[] = []
  const shellMarks: string[] = []
  let word = ''
  let begun = false
  let quoted = false
  let quote: '"' | "'" | null = null
  const end = (): void => {
    if (begun) words.push(word)
    if (begun && !quoted && shellMark.test(word)) shellMarks.push(word)
    word = ''
    begun = false
    quoted = false
  }
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!
    if (char === '\\' && quote !== "'") {
      const next = text[++index]
      if (next === undefined) return { words, shellMarks, error: 'The command ends in a lone backslash.' }
      word += next === 'n' ? '\n' : next === 't' ? '\t' : next
      begun = true
      quoted = true
    } else if (quote !== null) {
      if (char === quote) quote = null
      else word += char
    } else if (char === '"' || char === "'") {
      quote = char
      begun = true
      quoted = true
    } else if (/\s/.test(char)) {
      end()
    } else {
      word += char
      begun = true
    }
  }
  end()
  const error = quote === null ? null : `The command has a ${quote} that is not closed.`
  return { words, shellMarks, error }
}
