import { z } from 'zod'
import type { Builder } from './builder/index.ts'

interface Form {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly Form[]
  readonly items?: Form
  readonly properties?: Readonly<Record<string, Form>>
  readonly description?: string
  readonly default?: unknown
  readonly form?: string
}

/** The keys of a builder's options as a table, from its schema. */
export function keysTable(builder: Builder): string {
  const { properties = {} } = z.toJSONSchema(builder.schema, { io: 'input', unrepresentable: 'any' }) as Form
  const rows = Object.entries(properties).flatMap(([key, form]) => [row(key, form), ...inner(key, form)])
  return ['| key | form | default | what it is |', '|---|---|---|---|', ...rows].join('\n')
}

/** The page with the table of each builder between its marks; throws where a builder has no place in it. */
export function fillPage(page: string, builders: Iterable<Builder>): string {
  let filled = page
  for (const builder of builders) {
    const place = new RegExp(`(<!-- keys: ${builder.name} -->)[^]*?(<!-- /keys -->)`)
    if (!place.test(filled)) throw new Error(`docs/builders.md has no <!-- keys: ${builder.name} --> … <!-- /keys -->`)
    filled = filled.replace(place, (_all, before: string, after: string) => {
      return `${before}\n\n${keysTable(builder)}\n\n${after}`
    })
  }
  return filled
}

function row(key: string, form: Form): string {
  return `| \`${key}\` | ${shape(form)} | ${standard(form.default)} | ${escape(form.description ?? '')} |`
}

/** The keys of each entry of a list of maps. */
function inner(key: string, { items }: Form): string[] {
  return Object.entries(items?.properties ?? {}).map(([name, form]) => row(`${key}[].${name}`, form))
}

function shape(form: Form): string {
  if (form.form === 'command') return 'command'
  if (form.enum) return form.enum.map((value) => `\`${String(value)}\``).join(', ')
  if (form.anyOf)
    return form.anyOf
      .filter(({ type }) => type !== 'null')
      .map(shape)
      .join(' or ')
  if (form.type === 'array') return form.items?.properties ? 'list of maps' : `list of ${shape(form.items ?? {})}`
  return words[form.type ?? ''] ?? 'any'
}
const words: Readonly<Record<string, string>> = {
  string: 'text',
  boolean: 'true or false',
  object: 'map',
  number: 'number',
}

function standard(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (Array.isArray(value)) return value.length === 0 ? '' : `\`[${value.join(', ')}]\``
  if (typeof value === 'object') return ''
  return `\`${JSON.stringify(value).replaceAll('"', '')}\``
}

const escape = (text: string): string => text.replaceAll('|', String.raw`\|`)
