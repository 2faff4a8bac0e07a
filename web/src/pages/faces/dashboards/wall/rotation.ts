/** Which of several boards a wall shows after so long. */
export const shownAt = (elapsedMs: number, everyMs: number, boards: number): number =>
  boards < 2 ? 0 : Math.floor(Math.max(0, elapsedMs) / Math.max(5_000, everyMs)) % boards

/** How large type is: with the height of the screen, so that it is read from afar. */
export const typeScale = (height: number): number => Math.min(3, Math.max(1, Math.round((height / 760) * 20) / 20))

export const boardsOf = (text: string): string[] => [...new Set(text.split(',').filter(Boolean))].slice(0, 20)
export const everyOf = (text: string): number => Math.min(3_600, Math.max(5, Number(text) || 30)) * 1_000
