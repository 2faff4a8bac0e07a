import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { FolderKeeper } from './keeping/folder-keeper.ts'
import { Keeper, type KeeperOptions } from './keeping/keeper.ts'
import type { Made, Task } from './keeping/task.ts'
import type { SeriesQuery } from './query.ts'
import { answering } from '@wheelhouse/platform/thread'

const options = workerData as KeeperOptions
const keeper = await Keeper.open(options, new FolderKeeper(join(options.folder, 'windows')), Date.now())

answering({
  append: (tick: Uint8Array) => keeper.append(tick),
  sync: () => keeper.sync(),
  task: () => keeper.task(),
  done: ({ task, made }: { task: Task; made: Made }) => keeper.done(task, made),
  press: () => keeper.press(),
  plan: (query: SeriesQuery) => keeper.plan(query),
  expire: (now: number) => keeper.expire(now),
  state: () => ({ bytes: keeper.bytes, broken: keeper.broken, tiers: keeper.usage() }),
  close: () => keeper.close(),
})
