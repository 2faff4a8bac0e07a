/** Points further apart than this many steps, or of which the later came before the earlier, tell nothing of what was between. */
const longestSteps = 5

export const isBreak = (before: number, after: number, stepMs: number): boolean =>
  after < before || after - before > longestSteps * stepMs

/** How far before a range a counter's last value is looked for. */
export const leadMs = (stepMs: number): number => longestSteps * stepMs
