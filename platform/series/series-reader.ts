import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { FolderKeeper } from './keeping/folder-keeper.ts'
import type { SeriesQuery } from './query.ts'
import { answered, type Plan } from './reading/read.ts'
import { Directories } from './reading/sealed-points.ts'
import { answering } from '@wheelhouse/platform/thread'

const { folder } = workerData as { folder: string }
const chunks = new FolderKeeper(join(folder, 'windows'))
const directories = new Directories(256)

answering({
  ready: () => undefined,
  query: ({ query, plan }: { query: SeriesQuery; plan: Plan }) => answered(query, plan, chunks, directories),
})
