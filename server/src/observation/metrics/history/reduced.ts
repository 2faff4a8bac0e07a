import type { Aggregate, Answer } from '@wheelhouse/platform/series'

/** Steps that begin at `from`, epoch ms, up to `to`. */
interface Steps {
  readonly from: number
  readonly to: number
  readonly stepMs: number
}

function valueOf(values: readonly number[], aggregate: Aggregate): number {
  if (values.length === 0) return Number.NaN
  if (aggregate === 'min') return Math.min(...values)
  if (aggregate === 'max') return Math.max(...values)
  if (aggregate === 'last') return values.at(-1)!
  const sum = values.reduce((all, value) => all + value, 0)
  if (aggregate === 'sum') return sum
  if (aggregate !== 'p95') return sum / values.length
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1]!
}

/** What the values of fine steps come to in wide ones. */
export function reduced(
  values: Float64Array,
  fine: Pick<Answer, 'from' | 'stepMs'>,
  wide: Steps,
  aggregate: Aggregate,
): Float64Array {
  const count = Math.max(0, Math.ceil((wide.to - wide.from) / wide.stepMs))
  const lists = Array.from({ length: count }, (): number[] => [])
  for (const [index, value] of values.entries()) {
    const at = Math.floor((fine.from + index * fine.stepMs - wide.from) / wide.stepMs)
    if (value === value) lists[at]?.push(value)
  }
  return Float64Array.from(lists, (list) => valueOf(list, aggregate))
}
