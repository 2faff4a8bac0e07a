import { join } from 'node:path'
import { encodedTick, type Tick } from '../codec/tick.ts'
import { FolderKeeper } from '../keeping/folder-keeper.ts'
import { Keeper, type KeeperOptions } from '../keeping/keeper.ts'
import { runTask } from '../packing/run-task.ts'
import type { SeriesQuery } from '../query.ts'
import { type Answer, answered } from '../reading/read.ts'
import { Directories } from '../reading/sealed-points.ts'

export const gauge = (entities: readonly number[], ...metrics: readonly number[][]) => ({
  entities,
  metrics: metrics.map((_, id) => ({ id: id + 1, kind: 'gauge' as const })),
  values: Float64Array.from(entities.flatMap((_, row) => metrics.map((column) => column[row]!))),
})
export const counter = (entity: number, value: number) => ({
  entities: [entity],
  metrics: [{ id: 9, kind: 'counter' as const }],
  values: Float64Array.of(value),
})

export const question = (more: Partial<SeriesQuery>): SeriesQuery => ({
  metric: 1,
  entities: null,
  from: 0,
  to: 1e6,
  stepMs: 10_000,
  aggregate: 'avg',
  group: null,
  top: null,
  ...more,
})

/** What the threads of a store do, in one thread and when it is told. */
export class Kept {
  readonly folder: string
  readonly chunks: FolderKeeper
  readonly keeper: Keeper

  private constructor(folder: string, chunks: FolderKeeper, keeper: Keeper) {
    this.folder = folder
    this.chunks = chunks
    this.keeper = keeper
  }

  static async open(folder: string, more: Partial<KeeperOptions> = {}, now = 0): Promise<Kept> {
    const chunks = new FolderKeeper(join(folder, 'windows'))
    const options = {
      folder,
      budgetBytes: 1e9,
      hotBytes: 1e8,
      ticks: [
        { stepMs: 1000, keepMs: 600_000 },
        { stepMs: 10_000, keepMs: 48 * 3_600_000 },
      ],
      rollups: [
        { stepMs: 60_000, keepMs: 14 * 86_400_000 },
        { stepMs: 1_800_000, keepMs: 400 * 86_400_000 },
      ],
      ...more,
    }
    return new Kept(folder, chunks, await Keeper.open(options, chunks, now))
  }

  async append(at: number, parts: Tick['parts'], stepMs = 10_000): Promise<void> {
    await this.keeper.append(encodedTick({ at, stepMs, parts }))
  }

  /** Does what is to be done, at most so many tasks. */
  async tend(most = Infinity): Promise<string[]> {
    const did: string[] = []
    for (let task = this.keeper.task(); task !== null && did.length < most; task = this.keeper.task()) {
      await this.keeper.done(task, await runTask(task, this.chunks, new Directories(0)))
      did.push(task.kind)
    }
    return did
  }

  async ask(more: Partial<SeriesQuery>): Promise<Answer> {
    const query = question(more)
    return await answered(query, this.keeper.plan(query), this.chunks, new Directories(8))
  }

  /** The values of the only series there is. */
  async values(more: Partial<SeriesQuery>): Promise<number[]> {
    const { series } = await this.ask(more)
    if (series.length !== 1) throw new Error(`There are ${series.length} series`)
    return [...series[0]!.values]
  }
}
