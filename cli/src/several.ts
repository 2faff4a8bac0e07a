import { Complaint, complaintOf, complaintText } from './failure.ts'
import type { Shell } from './shell.ts'

/** Does the same to many, a few at a time. One that fails does not keep the others from it; the first failure decides the exit. */
export async function each<T, R>(shell: Shell, things: readonly T[], run: (thing: T) => Promise<R>): Promise<R[]> {
  const results: (R | undefined)[] = Array.from({ length: things.length })
  const failures: Complaint[] = []
  let next = 0
  const worker = async (): Promise<void> => {
    for (let index = next++; index < things.length; index = next++) {
      try {
        results[index] = await run(things[index] as T)
      } catch (error) {
        failures.push(complaintOf(error))
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(8, things.length) }, worker))
  const [first, ...more] = failures
  if (first && things.length > 1) {
    for (const failure of failures.slice(0, -1)) process.stderr.write(complaintText(failure, shell.talk))
    const last = more.at(-1) ?? first
    throw new Complaint(first.exit, last.code, last.message, [
      ...last.lines,
      `${failures.length} of ${things.length} failed`,
    ])
  }
  if (first) throw first
  return results.filter((result) => result !== undefined)
}
