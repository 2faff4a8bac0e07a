import { type ConfigProblem, Failure } from '@wheelhouse/contract'
import { checkValues, errorsOf } from '../check/check-values.ts'
import { isSecret, type JsonSchema } from '../check/secret-keys.ts'
import { mask } from '../render/mask-text.ts'
import type { Content, NewVersion } from '../store.ts'

export interface Change {
  readonly set: Readonly<Record<string, string>>
  readonly unset: readonly string[]
  /** Keys that are secret from now on. */
  readonly secrets: readonly string[]
}
export interface Difference {
  readonly added: readonly string[]
  readonly changed: readonly string[]
  readonly removed: readonly string[]
}
export const emptyContent: Content = { values: {}, secrets: [], changed: {} }
type Values = Readonly<Record<string, string>>

export function differenceOf(before: Values, after: Values): Difference {
  const has = (values: Values, key: string): boolean => Object.hasOwn(values, key)
  return {
    added: Object.keys(after).filter((key) => !has(before, key)),
    changed: Object.keys(after).filter((key) => has(before, key) && before[key] !== after[key]),
    removed: Object.keys(before).filter((key) => !has(after, key)),
  }
}
export const isSame = ({ added, changed, removed }: Difference): boolean =>
  added.length + changed.length + removed.length === 0

/** The content with other values, as it will be in `version`. */
export function contentWith(before: Content, values: Values, secrets: readonly string[], version: number): Content {
  const { added, changed } = differenceOf(before.values, values)
  const fresh = new Set([...added, ...changed])
  const versions = Object.keys(values).map((key) => [key, fresh.has(key) ? version : (before.changed[key] ?? version)])
  return {
    values: { ...values },
    secrets: [...new Set([...before.secrets, ...secrets])].filter((key) => key in values || secrets.includes(key)),
    changed: Object.fromEntries(versions) as Record<string, number>,
  }
}

export function applied(before: Content, { set, unset, secrets }: Change, version: number): Content {
  const gone = new Set(unset)
  const kept = Object.entries(before.values).filter(([key]) => !gone.has(key))
  return contentWith(before, { ...Object.fromEntries(kept), ...set }, secrets, version)
}

export function versionOf(before: Values, content: Content, by: string, reason: string, at: number): NewVersion {
  const { added, changed, removed } = differenceOf(before, content.values)
  return { content, at, by, reason, added: added.length, changed: changed.length, removed: removed.length }
}

/** Throws CONFIG_INVALID with every error that was not there before: an old one must not keep anybody from mending another. */
export async function requireBetter(
  before: Content,
  after: Content,
  old: JsonSchema | null,
  schema: JsonSchema | null,
): Promise<ConfigProblem[]> {
  const check = (content: Content, by: JsonSchema | null, count: number): Promise<ConfigProblem[]> =>
    checkValues({ values: content.values, secrets: content.secrets, schema: by, before: count })
  const known = new Set(errorsOf(await check(before, old, 0)).map(({ message }) => message))
  const problems = await check(after, schema, Object.keys(before.values).length)
  const fresh = errorsOf(problems).filter(({ message }) => !known.has(message))
  const [first] = fresh
  if (first) {
    const more = fresh.length > 1 ? ` ${fresh.length - 1} more are in the details.` : ''
    throw new Failure('CONFIG_INVALID', `${first.message}${more}`, { problems: fresh })
  }
  return problems
}

const mostShown = 200
const shown = (key: string, value: string, secret: boolean): string => {
  const text = secret && value !== '' ? mask : value.replaceAll('\n', '⏎')
  return `${key}=${text.length > mostShown ? `${text.slice(0, mostShown)}…` : text}`
}

/** A line for each value that differs, as in a diff: `-KEY=old` and `+KEY=new`. A secret shows as one, and whether it changed. */
export function differenceLines(before: Content, after: Content, schema: JsonSchema | null): string[] {
  const listed = new Set([...before.secrets, ...after.secrets])
  const secret = (key: string): boolean => isSecret(key, listed, schema)
  const { added, changed, removed } = differenceOf(before.values, after.values)
  return [
    ...removed.map((key) => `-${shown(key, before.values[key]!, secret(key))}`),
    ...changed.flatMap((key) =>
      secret(key)
        ? [`-${key}=${mask}`, `+${key}=[secret, changed]`]
        : [`-${shown(key, before.values[key]!, false)}`, `+${shown(key, after.values[key]!, false)}`],
    ),
    ...added.map((key) => `+${shown(key, after.values[key]!, secret(key))}`),
  ]
}

/** "2 added, 1 changed", or "nothing changes". */
export function countWords({ added, changed, removed }: Difference): string {
  const parts = [
    added.length > 0 && `${added.length} added`,
    changed.length > 0 && `${changed.length} changed`,
    removed.length > 0 && `${removed.length} removed`,
  ].filter((part) => typeof part === 'string')
  return parts.length === 0 ? 'nothing changes' : parts.join(', ')
}
