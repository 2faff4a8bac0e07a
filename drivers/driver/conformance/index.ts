import { afterAll, beforeAll, describe } from 'vitest'
import { acts } from './acts.ts'
import { Recorder } from './recorder.ts'
import { readings } from './readings.ts'
import { type Bench, quiet, type Suite } from './suite.ts'
import { watching } from './watching.ts'

export { codeOf } from './acts.ts'
export { Recorder } from './recorder.ts'
export type { Suite } from './suite.ts'

/** What every driver must do, against a real target. Names are unique in each run, so a shared target may be used. */
export function driverConformance(name: string, suite: Suite): void {
  describe(`${name} conforms to the driver port`, { timeout: 120_000 }, () => {
    const mark = Math.random().toString(36).slice(2, 8)
    let count = 0
    const bench = {
      suite,
      name: (word: string) => `wh-${mark}-${word}-${++count}`,
      run: async (spec) => {
        const id = await bench.connection.create(spec, quiet, new AbortController().signal)
        await bench.recorder.state(id, 'running')
        return id
      },
    } as Bench
    const abort = new AbortController()
    let watch: Promise<void> = Promise.resolve()
    let cleanup: () => Promise<void> = () => Promise.resolve()

    beforeAll(async () => {
      const opened = await suite.open()
      bench.connection = opened.connection
      cleanup = () => opened.cleanup()
      bench.recorder = new Recorder()
      watch = bench.connection.watch(bench.recorder, abort.signal)
      await bench.recorder.until('the first snapshot', () => bench.recorder.snapshots > 0)
    })
    afterAll(async () => {
      abort.abort()
      await watch
      await cleanup()
    })

    watching(bench)
    acts(bench)
    readings(bench)
  })
}
