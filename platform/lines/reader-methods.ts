import { Hits } from './hits.ts'
import type { View } from './keeper.ts'
import { type FieldsOf, Matcher } from './matcher.ts'
import type { Query } from './query.ts'
import { countSegments, eachLine, Histogram, nothingScanned, scanSegments, scanWaiting } from './scan.ts'

/** What a thread that reads lines answers to. `fieldsOf` is asked where a query has conditions on fields. */
export const readerMethods = (fieldsOf?: FieldsOf) => ({
  ready: () => true,
  search({ query, ...view }: View & { query: Query }) {
    const hits = new Hits(query)
    const scanned = nothingScanned()
    const matcher = new Matcher(query.conditions, fieldsOf)
    scanWaiting(view, query, hits, matcher)
    scanSegments(view, query, matcher, hits, scanned)
    return { lines: hits.lines, scanned }
  },
  count({ query, buckets, ...view }: View & { query: Query; buckets: number }) {
    const scanned = nothingScanned()
    const histogram = new Histogram(query.from, query.to, buckets)
    if (query.conditions.length === 0) countSegments(view.segments, query, histogram, scanned)
    else {
      eachLine(view, query, new Matcher(query.conditions, fieldsOf), scanned, (line) => {
        histogram.add(line)
        return true
      })
    }
    return { counts: histogram.counts, scanned }
  },
})
