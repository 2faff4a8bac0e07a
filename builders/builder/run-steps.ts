import type { BuildContext, BuildStep } from './builder.ts'

/**
 * Runs steps one after the other; the first that fails is the last. `environment` is for all of them, such as where a tool keeps
 * its cache; what a step says itself counts more.
 */
export async function runSteps(
  steps: readonly BuildStep[],
  context: Pick<BuildContext, 'run' | 'signal'>,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  for (const step of steps) {
    context.signal.throwIfAborted()
    await context.run({ ...step, environment: { ...environment, ...step.environment } })
  }
}
