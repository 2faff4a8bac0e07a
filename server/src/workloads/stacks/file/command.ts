import type { Path } from './problems.ts'
import type { Reader } from './reader.ts'
import { splitWords } from './words.ts'

/** A command as a list, or as text that is split into words; null leaves what the image says. No shell is involved. */
export function readCommand(reader: Reader, value: unknown, path: Path): string[] | null {
  if (value === undefined || value === null) return null
  if (Array.isArray(value)) return reader.strings(value, path)
  const text = reader.string(value, path)
  if (text === null) return null
  const { words, error, shellMarks } = splitWords(text)
  if (error !== null) reader.problems.error(path, error)
  if (shellMarks.length > 0) {
    reader.problems.warn(
      path,
      `No shell runs this, so ${shellMarks[0]} is passed on as a word. Use ["sh", "-c", "…"] for a shell.`,
    )
  }
  return [...words]
}
