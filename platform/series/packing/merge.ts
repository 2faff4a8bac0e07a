import { type Column, everyEntity, type Points } from '../codec/points.ts'
import { WindowWriter } from './window-writer.ts'

/** The times of several sources, one after the other. */
export function mergedTimes(sources: readonly Points[]): Float64Array {
  const times = new Float64Array(sources.reduce((sum, source) => sum + source.times.length, 0))
  let from = 0
  for (const source of sources) {
    times.set(source.times, from)
    from += source.times.length
  }
  return times
}

/** The pieces of one window that holds the points of several, in their order. It has one block at a time in memory. */
export async function* merged(sources: readonly Points[]): AsyncGenerator<Uint8Array> {
  const times = mergedTimes(sources)
  const writer = new WindowWriter(times)
  const keys = [...new Set(sources.flatMap(({ keys }) => keys))].sort((a, b) => a - b)
  const values = new Float64Array(times.length)
  for (const key of keys) {
    const columns = await Promise.all(sources.map(async (source) => await source.columns(key, everyEntity)))
    for (const column of columns.length === 1 ? columns[0]! : together(columns, sources, values))
      yield* writer.add(key, column.entity, column.values)
    yield* writer.endKey(key)
  }
  yield writer.end()
}

/** Goes through columns of all sources by rising entity; `values` holds what they have of it, one after the other. */
function* together(
  columns: readonly Iterable<Column>[],
  sources: readonly Points[],
  values: Float64Array,
): Generator<Column> {
  let from = 0
  const heads = columns.map((column, index) => {
    const iterator = column[Symbol.iterator]()
    const head = { iterator, next: iterator.next(), from, to: from + sources[index]!.times.length }
    from = head.to
    return head
  })
  for (;;) {
    let entity = Infinity
    for (const { next } of heads) if (!next.done && next.value.entity < entity) entity = next.value.entity
    if (entity === Infinity) return
    for (const head of heads) {
      if (!head.next.done && head.next.value.entity === entity) {
        values.set(head.next.value.values, head.from)
        head.next = head.iterator.next()
      } else values.fill(Number.NaN, head.from, head.to)
    }
    yield { entity, values }
  }
}
