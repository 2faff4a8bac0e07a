import { spawn } from 'node:child_process'
import { median } from '../quantile.ts'

/** How long a command of this Node takes, in the median of `times` runs. Throws when it ends with another code than 0. */
export async function commandMs(args: readonly string[], times: number): Promise<number> {
  const samples: number[] = []
  for (let round = 0; round < times; round++) {
    const since = performance.now()
    await new Promise<void>((done, fail) => {
      const child = spawn(process.execPath, args, { stdio: 'ignore' })
      child.once('error', fail)
      child.once('exit', (code) => (code === 0 ? done() : fail(new Error(`${args.join(' ')} ended with ${code}`))))
    })
    samples.push(performance.now() - since)
  }
  return median(samples)
}
