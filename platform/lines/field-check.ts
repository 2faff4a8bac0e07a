import type { Condition, FieldOperator, LineFields } from './query.ts'

type Holds = (value: string | number | boolean) => boolean

const isNumber = (text: string): boolean => text.trim() !== '' && Number.isFinite(Number(text))

function holding(operator: FieldOperator, wanted: string): Holds {
  const folded = wanted.toLowerCase()
  const number = isNumber(wanted) ? Number(wanted) : null
  const isSame: Holds = (value) =>
    typeof value === 'number' && number !== null ? value === number : String(value).toLowerCase() === folded
  const hasLetters: Holds = (value) => String(value).toLowerCase().includes(folded)
  const ordered =
    (fits: (value: number, than: number) => boolean): Holds =>
    (value) => {
      const own =
        typeof value === 'number' ? value : typeof value === 'string' && isNumber(value) ? Number(value) : null
      return own !== null && number !== null && fits(own, number)
    }
  const all: Record<FieldOperator, Holds> = {
    '=': isSame,
    '!=': (value) => !isSame(value),
    '~': hasLetters,
    '!~': (value) => !hasLetters(value),
    '>': ordered((value, than) => value > than),
    '>=': ordered((value, than) => value >= than),
    '<': ordered((value, than) => value < than),
    '<=': ordered((value, than) => value <= than),
  }
  return all[operator]
}

/** Whether the fields of a line are as all of these conditions want them. A field that is not there is as nobody wants it. */
export function fieldCheck(conditions: readonly Condition[]): (fields: LineFields) => boolean {
  const checks = conditions.flatMap(({ field, value, not }) =>
    field === undefined ? [] : [{ name: field.name, holds: holding(field.operator, value), wanted: !not }],
  )
  return (fields) =>
    checks.every(({ name, holds, wanted }) => {
      const value = fields[name]
      return value !== undefined && value !== null && holds(value) === wanted
    })
}
