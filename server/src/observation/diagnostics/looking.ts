import type { Finding } from '@wheelhouse/contract'

const patienceMs = 10_000

export type Verdict = Pick<Finding, 'state' | 'found' | 'advice'>
export interface Look {
  readonly id: string
  readonly name: string
  look(): Verdict | Promise<Verdict>
}

export const ok = (text: string): Verdict => ({ state: 'ok', found: text, advice: null })
export const skipped = (text: string): Verdict => ({ state: 'skipped', found: text, advice: null })
export const warning = (text: string, advice: string): Verdict => ({ state: 'warning', found: text, advice })
export const wrong = (text: string, advice: string): Verdict => ({ state: 'error', found: text, advice })

/** All looks at once; one that throws or hangs says so, and keeps none of the others. */
export function lookAll(looks: readonly Look[]): Promise<Finding[]> {
  return Promise.all(
    looks.map(async ({ id, name, look }) => {
      const begun = performance.now()
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(() => late.reject(new Error(`no answer within ${patienceMs / 1000} s`)), patienceMs)
      const verdict = await Promise.race([Promise.resolve().then(look), late.promise])
        .catch((error: unknown) =>
          wrong(
            `It could not be looked at: ${(error as Error).message.split('\n')[0]}.`,
            'The log of Wheelhouse says more.',
          ),
        )
        .finally(() => clearTimeout(timer))
      return { id, name, ...verdict, tookMs: Math.round((performance.now() - begun) * 10) / 10 }
    }),
  )
}
