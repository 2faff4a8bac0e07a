/** Of one target at a time: enough to be quick, too few to keep an engine from its other work. */
const perTarget = 4

/**
 * Works through the items of all targets beside each other, a few of each target at a time. A target that hangs holds up its own
 * items and no others.
 */
export async function byTarget<T extends { readonly targetId: string | null }>(
  items: readonly T[],
  run: (item: T) => Promise<void>,
): Promise<void> {
  const workers = [...Map.groupBy(items, (item) => item.targetId).values()].flatMap((waiting) => {
    const worker = async (): Promise<void> => {
      for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await run(item)
    }
    return Array.from({ length: Math.min(perTarget, waiting.length) }, worker)
  })
  await Promise.all(workers)
}
