import { Failure } from '@wheelhouse/contract'
import { mask } from '../render/mask-text.ts'
import type { SetAndContent } from '../config-room.ts'
import type { Content } from '../store.ts'
import { type Format, readConfigText } from '../text/config-text.ts'
import { contentWith } from './next-content.ts'

/** Keys whose value in a text is only the mask: they keep the value they have. */
export const maskedIn = (values: Readonly<Record<string, string>>): ReadonlySet<string> =>
  new Set(Object.keys(values).filter((key) => values[key] === mask))

/** The content a text makes of a set. Throws CONFIG_INVALID where it cannot be read, or masks a value the set does not have. */
export function importText(
  { content }: SetAndContent,
  version: number,
  input: { readonly text: string; readonly format?: Format | undefined; readonly replace?: boolean | undefined },
): Content {
  const read = readConfigText(input.text, input.format)
  const problems = read.problems.filter(({ severity }) => severity === 'error')
  const masked = maskedIn(read.values)
  for (const key of masked) {
    if (Object.hasOwn(content.values, key)) continue
    const message = `${key} is masked in this text, and the set has no value for it. Give its value.`
    problems.push({ key, line: read.lines.get(key) ?? null, message, severity: 'error' })
  }
  const [first] = problems
  if (first) {
    const where = first.line === null ? '' : `line ${first.line}: `
    throw new Failure('CONFIG_INVALID', `The text cannot be taken. ${where}${first.message}`, { problems })
  }
  const given = Object.fromEntries(
    Object.entries(read.values).map(([key, value]) => [key, masked.has(key) ? content.values[key]! : value]),
  )
  return contentWith(content, input.replace ? given : { ...content.values, ...given }, [], version)
}
