import type { Ask } from './ask.ts'

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
const letter = String.raw`[\p{L}\p{N}_]`

/** The wanted words and phrases of what was typed, in their order; those with a minus are not among them. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(/(-?)(?:"([^"]*)"|([^\s"]+))/g)]
    .filter(([, minus]) => minus === '')
    .map(([, , phrase, word]) => (phrase ?? word ?? '').trim())
    .filter((each) => each !== '')
}

/** What is to be marked in the lines that were found; null for nothing. A pattern that is none yet marks nothing. */
export function hitMarks({ q, mode }: Pick<Ask, 'q' | 'mode'>): RegExp | null {
  if (q.trim() === '') return null
  try {
    if (mode === 'pattern') return new RegExp(q, 'gi')
    if (mode === 'letters') return new RegExp(escaped(q), 'giu')
    const words = wordsOf(q).map((word) => {
      const before = /^[\p{L}\p{N}_]/u.test(word) ? `(?<!${letter})` : ''
      const behind = /[\p{L}\p{N}_]$/u.test(word) ? `(?!${letter})` : ''
      return before + escaped(word) + behind
    })
    return words.length === 0 ? null : new RegExp(words.join('|'), 'giu')
  } catch {
    return null
  }
}

/** Why a pattern cannot be asked for, in words; null where it can. */
export function patternTrouble({ q, mode }: Pick<Ask, 'q' | 'mode'>): string | null {
  if (mode !== 'pattern' || q === '') return null
  try {
    RegExp(q)
    return null
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*:\s*/, '').toLowerCase() : 'it cannot be read'
    return `This is no pattern yet: ${reason}. Write \\ before a sign that is meant as it is, or search for letters.`
  }
}
