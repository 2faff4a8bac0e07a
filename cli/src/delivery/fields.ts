import type { Client } from '@wheelhouse/client'
import { Complaint, usage } from '../failure.ts'
import { nearestHint } from '../nearest.ts'
import { hidden } from '../presentation/delivery/configs.ts'
import { paint } from '../presentation/look.ts'
import { ask, askSecret } from '../prompt.ts'
import type { Shell } from '../shell.ts'
import { type FullSet, isSecret } from './config-set.ts'
import { type Draft, isEmpty, problemsOf } from './draft.ts'

interface Shape {
  description?: string
  title?: string
  type?: string | string[]
  enum?: unknown[]
  minimum?: number
  maximum?: number
  pattern?: string
  format?: string
  default?: unknown
}

const shapesOf = (set: FullSet): Record<string, Shape> => (set.schema?.properties ?? {}) as Record<string, Shape>
const requiredOf = (set: FullSet): readonly string[] =>
  Array.isArray(set.schema?.required) ? (set.schema.required as string[]) : []

/** What is allowed, from the schema: `one of development, staging, production`. */
export function allowed(shape: Shape): string {
  if (shape.enum) return `one of ${shape.enum.map(String).join(', ')}`
  const range =
    shape.minimum !== undefined && shape.maximum !== undefined
      ? `from ${shape.minimum} to ${shape.maximum}`
      : shape.minimum !== undefined
        ? `from ${shape.minimum}`
        : shape.maximum !== undefined
          ? `up to ${shape.maximum}`
          : ''
  const type = [shape.type ?? []]
    .flat()
    .filter((one) => one !== 'string' && one !== 'null')
    .join(' or ')
  return [type, shape.format ?? '', range, shape.pattern ? `like ${shape.pattern}` : ''].filter(Boolean).join(' ')
}

/** Asks until the schema has nothing against this key. Null: it stays as it is. */
async function askOne(
  shell: Shell,
  client: Client,
  set: FullSet,
  key: string,
  draft: Draft,
  place: string,
): Promise<string | null> {
  const shape = shapesOf(set)[key] ?? {}
  const known = set.values.find((value) => value.key === key)
  const help = known?.help ?? shape.description ?? shape.title
  const rule = [allowed(shape), requiredOf(set).includes(key) ? 'required' : ''].filter(Boolean).join(', ')
  const secret = isSecret(set, key)
  shell.say(`\n${paint(key, 'bold', shell.talk)}${place}`)
  if (help) shell.say(`  ${help}`, 'dim')
  if (rule !== '') shell.say(`  ${rule}`, 'dim')
  const now = known ? (secret ? hidden : (known.value ?? '')) : null
  // An empty line keeps what is there; a value that shall be empty is written as two quotes.
  const question = now === null ? '  value: ' : `  value [${now}]: `
  for (;;) {
    const typed = secret ? await askSecret(shell, question) : (await ask(shell, question)).trim()
    if (typed === '') return null
    const value = typed === '""' || typed === "''" ? '' : typed
    const problems = await problemsOf(client, set, { ...draft, set: { ...draft.set, [key]: value } })
    const own = problems.filter((problem) => problem.key === key)
    if (own.length === 0) return value === known?.value ? null : value
    for (const { message } of own) shell.say(`  ${message}`, 'red')
  }
}

/** One value with its help, checked before it is taken. */
export async function askField(shell: Shell, client: Client, set: FullSet, key: string): Promise<Draft> {
  const keys = [...new Set([...Object.keys(shapesOf(set)), ...set.values.map((value) => value.key)])]
  if (!keys.includes(key))
    throw usage(`${set.name} has no key ${key}.${nearestHint(key, keys) || ' wh config set adds one.'}`)
  const value = await askOne(shell, client, set, key, { set: {}, unset: [] }, '')
  return { set: value === null ? {} : { [key]: value }, unset: [] }
}

/** Every key of the schema in its order, then those that only the set has; an empty line keeps what is there. */
export async function askFields(shell: Shell, client: Client, set: FullSet): Promise<Draft> {
  const keys = [...new Set([...Object.keys(shapesOf(set)), ...set.values.map((value) => value.key)])]
  if (keys.length === 0) throw usage(`${set.name} has no schema and no values. wh config set adds one.`)
  shell.say(
    `${set.name}, ${keys.length} keys. Enter keeps a value, "" makes it empty, Ctrl-C leaves without saving.`,
    'dim',
  )
  let draft: Draft = { set: {}, unset: [] }
  for (const [index, key] of keys.entries()) {
    const value = await askOne(shell, client, set, key, draft, `  ${index + 1} of ${keys.length}`)
    if (value !== null) draft = { ...draft, set: { ...draft.set, [key]: value } }
  }
  if (isEmpty(draft)) return draft
  const problems = await problemsOf(client, set, draft)
  if (problems.length === 0) return draft
  throw new Complaint(
    'usage',
    'CONFIG_INVALID',
    'This cannot be saved yet.',
    problems.map(({ key, message }) => (key === '' ? message : `${key}: ${message}`)),
  )
}
