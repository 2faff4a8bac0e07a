import type { Operation, Schema } from '@wheelhouse/contract'

type Row = Record<string, unknown>
type Page = Readonly<Record<string, unknown>> & { readonly items: readonly Row[] }
interface Kept {
  /** The row as the contract lets it out. */
  readonly shown: Row
  text: string | null
}

/** Pages whose rows are replaced when they change and never written to. */
const steady = new WeakSet<object>()
const kept = new WeakMap<Schema, WeakMap<object, Kept>>()
const texts = new WeakMap<object, Kept>()

/**
 * Tells that the rows of a page are replaced when they change and never written to: what was checked and encoded of one is kept for as
 * long as it is there, which makes a list of thousands cost what is new in it.
 */
export function ofSteadyRows<T extends { readonly items: readonly object[] }>(page: T): T {
  steady.add(page.items)
  return page
}

const isPage = (value: unknown): value is Page => Array.isArray((value as Partial<Page> | null)?.items)

/** What is to be checked of an answer, and how its kept rows come back into what was checked. */
export function withoutKept(
  { output }: Operation,
  value: unknown,
): { rest: unknown; whole(checked: unknown): unknown } {
  if (!isPage(value) || !steady.has(value.items)) return { rest: value, whole: (checked) => checked }
  let rows = kept.get(output)
  if (rows === undefined) kept.set(output, (rows = new WeakMap()))
  const known = rows
  const fresh = value.items.filter((row) => !known.has(row))
  return {
    rest: { ...value, items: fresh },
    whole(checked) {
      const page = checked as Page
      for (const [index, shown] of page.items.entries()) {
        const one: Kept = { shown, text: null }
        known.set(fresh[index]!, one)
        texts.set(shown, one)
      }
      return { ...page, items: value.items.map((row) => known.get(row)!.shown) }
    },
  }
}

/** An answer as JSON. */
export function answerText(value: unknown): string {
  if (!isPage(value) || !value.items.some((row) => texts.has(row))) return JSON.stringify(value)
  const { items, ...rest } = value
  const rows = items.map((row) => {
    const one = texts.get(row)
    return one === undefined ? JSON.stringify(row) : (one.text ??= JSON.stringify(row))
  })
  const others = JSON.stringify(rest)
  return `{"items":[${rows.join(',')}]${others === '{}' ? '}' : `,${others.slice(1)}`}`
}
