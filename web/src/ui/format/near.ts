/** Levenshtein distance, given up above `most`. */
export function distance(a: string, b: string, most = 4): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1))
    }
    row = next
  }
  return row[b.length] ?? most + 1
}

/** The name a person probably meant, or null when none is near. */
export function nearest(wanted: string, names: Iterable<string>): string | null {
  const word = wanted.toLowerCase()
  let best: string | null = null
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  for (const name of names) {
    const d = distance(word, name.toLowerCase())
    if (d < least) {
      least = d
      best = name
    }
  }
  return best
}
