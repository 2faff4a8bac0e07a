import { Hits } from './hits.ts'
import type { View } from './keeper.ts'
import { Matcher } from './matcher.ts'
import type { Query } from './query.ts'
import { countSegments, Histogram, nothingScanned, scanSegments, scanWaiting } from './scan.ts'
import type { SegmentSpan } from './segment.ts'
import { answering } from '@wheelhouse/platform/thread'

answering({
  ready: () => true,
  search({ query, ...view }: View & { query: Query }) {
    const hits = new Hits(query)
    const scanned = nothingScanned()
    scanWaiting(view, query, hits)
    scanSegments(view, query, new Matcher(query.conditions), hits, scanned)
    return { lines: hits.lines, scanned }
  },
  count({ query, segments, buckets }: { query: Query; segments: readonly SegmentSpan[]; buckets: number }) {
    const scanned = nothingScanned()
    const histogram = new Histogram(query.from, query.to, buckets)
    countSegments(segments, query, histogram, scanned)
    return { counts: histogram.counts, scanned }
  },
})
