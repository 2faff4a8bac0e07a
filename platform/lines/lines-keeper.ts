import { workerData } from 'node:worker_threads'
import { Hits } from './hits.ts'
import { Keeper, type KeeperOptions } from './keeper.ts'
import type { Lines } from './lines.ts'
import type { Query } from './query.ts'
import { Histogram, scanWaiting } from './scan.ts'
import { answering } from '@wheelhouse/platform/thread'

const keeper = new Keeper(workerData as KeeperOptions)
const state = () => ({ bytes: keeper.bytes, broken: keeper.broken, lost: keeper.lost, usage: keeper.usage() })

answering({
  append: (pieces: readonly { stream: number; lines: Lines }[]) => keeper.append(pieces),
  sync: () => keeper.sync(),
  search(query: Query) {
    const view = keeper.view(query.streams, query.from, query.to)
    const isBounded = query.conditions.every(({ kind }) => kind === 'words' || kind === 'contains')
    // A pattern may take for ever, fields take long, and nothing may hold this thread up: then what waits is looked through elsewhere.
    if (!isBounded) return { ...view, lines: [] }
    const hits = new Hits(query)
    scanWaiting(view, query, hits)
    return { ...view, waiting: [], lines: hits.lines }
  },
  count({ query, buckets }: { query: Query; buckets: number }) {
    const view = keeper.view(query.streams, query.from, query.to)
    const histogram = new Histogram(query.from, query.to, buckets)
    if (query.conditions.length > 0) return { ...view, counts: histogram.counts }
    for (const { lines } of view.waiting) histogram.addColumns(lines, { ...query, from: view.from })
    return { ...view, waiting: [], counts: histogram.counts }
  },
  view: (query: Query) => keeper.view(query.streams, query.from, query.to),
  state,
  watermarks: () => new Map(keeper.usage().map(({ stream, to }) => [stream, to])),
  expire: (now: number) => keeper.expire(now),
  forget: (stream: number) => keeper.forget(stream),
  close: () => keeper.close(),
})
