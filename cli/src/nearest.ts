/** Edits to turn one word into the other; a swap of neighbours is one. */
export function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let least = Math.min(at(i - 1, j) + 1, (row[j - 1] ?? 0) + 1, at(i - 1, j - 1) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, at(i - 2, j - 2) + 1)
      row[j] = least
    }
  }
  return at(a.length, b.length)
}

/** The word that was probably meant, or null when none is near. */
export function nearest(word: string, words: readonly string[]): string | null {
  const small = word.toLowerCase()
  const near = words
    .map((one) => ({ one, far: one.toLowerCase().startsWith(small) ? 0.5 : distance(small, one.toLowerCase()) }))
    .filter(({ far }) => far <= Math.max(1, Math.floor(word.length / 3)))
    .toSorted((a, b) => a.far - b.far)
  return near[0]?.one ?? null
}

/** ` Nearest name: web.` or nothing, to be put behind a sentence. */
export function nearestHint(word: string, words: readonly string[]): string {
  const found = nearest(word, words)
  return found === null ? '' : ` Nearest name: ${found}.`
}
