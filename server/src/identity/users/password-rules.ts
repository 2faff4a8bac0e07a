import { Failure } from '@wheelhouse/contract'
import { commonPasswords } from './common-passwords.ts'

const shortest = 12

/** Undoes the usual disguises, so that P@ssw0rd counts as password. */
const plain = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll('@', 'a')
    .replaceAll('0', 'o')
    .replaceAll('1', 'i')
    .replaceAll('3', 'e')
    .replaceAll('5', 's')
    .replaceAll('$', 's')
    .replaceAll('!', 'i')

const runs = ['abcdefghijklmnopqrstuvwxyz', '01234567890', 'qwertyuiop', 'asdfghjkl', 'zxcvbnm', 'qazwsxedcrfvtgb']
const straight = runs.flatMap((run) => [run, Array.from(run).toReversed().join('')])

/** Letters of the longest pieces that follow the alphabet, the digits or the keyboard, four or more at a time. */
function runLength(text: string): number {
  let covered = 0
  for (let i = 0; i < text.length;) {
    let length = 0
    for (const run of straight) {
      for (let n = 4; i + n <= text.length && run.includes(text.slice(i, i + n)); n++) length = Math.max(length, n)
    }
    covered += length
    i += length || 1
  }
  return covered
}

/** Whether it is one short piece over and over, such as abcabcabcabc. */
function repeats(text: string): boolean {
  for (let n = 1; n <= 4; n++)
    if (
      text ===
      text
        .slice(0, n)
        .repeat(Math.ceil(text.length / n))
        .slice(0, text.length)
    )
      return true
  return false
}

/** Why a password is too easy to guess, as a whole sentence; null when it is not. */
export function weakness(password: string, username: string): string | null {
  if (Array.from(password).length < shortest) return `Use ${shortest} characters or more.`
  const lower = password.toLowerCase()
  if (lower.includes(username.toLowerCase())) return 'It contains the user name. Choose one that does not.'
  if (repeats(lower) || new Set(lower).size < 5) return 'It repeats a few characters. Choose a more varied one.'
  if (runLength(lower) > lower.length / 2) return 'It follows the keyboard or the alphabet. Choose a less regular one.'
  // What is left beside a common word, digits and signs is what the guesser does not know yet.
  for (const form of [lower, plain(lower), plain(lower.replace(/^[\d\W_]+|[\d\W_]+$/g, ''))]) {
    const letters = form.replace(/[^a-z]+/g, '')
    if (commonPasswords.has(form) || commonPasswords.has(letters)) {
      return 'It is among the most used passwords. Choose one that is yours alone, such as four words in a row.'
    }
    for (const word of commonPasswords) {
      if (word.length >= 4 && form.replaceAll(word, '').length < 4 && form.includes(word)) {
        return 'It is a common password with little added. Choose one that is yours alone, such as four words in a row.'
      }
    }
  }
  return null
}

/** Throws VALIDATION_FAILED naming the field. */
export function requireStrong(password: string, username: string, field: string): void {
  const why = weakness(password, username)
  if (why) {
    throw new Failure('VALIDATION_FAILED', `This password is too easy to guess. ${why}`, {
      fields: [{ field, message: why }],
    })
  }
}
