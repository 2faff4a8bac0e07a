import { join } from 'node:path'
import { workerData } from 'node:worker_threads'
import { FolderKeeper } from './keeping/folder-keeper.ts'
import type { Task } from './keeping/task.ts'
import { runTask } from './packing/run-task.ts'
import { Directories } from './reading/sealed-points.ts'
import { answering } from '@wheelhouse/platform/thread'

const { folder } = workerData as { folder: string }
const chunks = new FolderKeeper(join(folder, 'windows'))
// What was packed is not read again soon.
const directories = new Directories(0)

answering({ run: (task: Task) => runTask(task, chunks, directories) })
