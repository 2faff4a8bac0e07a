/** Edits (insert, delete, change, swap of neighbours) that turn one word into the other. */
function distance(a: string, b: string): number {
  let before: number[] = []
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let cost = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, before[j - 2]! + 1)
      row.push(cost)
    }
    before = previous
    previous = row
  }
  return previous[b.length]!
}

/** A list longer than this is not looked through to its end: thousands of words against thousands take minutes. */
const mostKnown = 200

/** The known word closest to what was written, or null when none is close. */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > 64) return null
  let best: string | null = null
  let least = Math.max(2, Math.floor(word.length / 3)) + 1
  let seen = 0
  for (const candidate of known) {
    if (++seen > mostKnown) break
    // restart_policy for restart: a longer word that begins with a known one.
    if (candidate.length >= 4 && word.toLowerCase().startsWith(candidate.toLowerCase())) best ??= candidate
    if (candidate.length > 64 || Math.abs(candidate.length - word.length) >= least) continue
    const edits = distance(word.toLowerCase(), candidate.toLowerCase())
    if (edits < least) {
      least = edits
      best = candidate
    }
  }
  return best
}

/** " Did you mean x?", or nothing. */
export function didYouMean(word: string, known: Iterable<string>): string {
  const found = nearest(word, known)
  return found === null ? '' : ` Did you mean ${found}?`
}
