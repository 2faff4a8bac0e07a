import { Failure } from '@wheelhouse/contract'

type Row = Record<string, unknown>

function pick(row: Row, names: readonly string[]): Row {
  const unknown = names.find((name) => !Object.hasOwn(row, name))
  if (unknown !== undefined) {
    throw new Failure('VALIDATION_FAILED', `fields: there is no field "${unknown}".`, {
      field: 'fields',
      known: Object.keys(row),
    })
  }
  return Object.fromEntries(names.map((name) => [name, row[name]]))
}

/** Projects the items of a list to `fields` (comma-separated), after the output was checked. */
export function project(output: unknown, fields: unknown): unknown {
  if (typeof fields !== 'string' || fields === '') return output
  const page = output as { items?: Row[] }
  if (!Array.isArray(page.items)) return output
  const names = fields.split(',').map((name) => name.trim())
  return { ...page, items: page.items.map((row) => pick(row, names)) }
}
