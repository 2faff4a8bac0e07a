import type { Entry } from './entry.ts'

/** How well one word fits a text: start of it, start of a part, inside; 0 is not at all. */
function fit(text: string, word: string): number {
  const at = text.indexOf(word)
  if (at < 0) return 0
  if (at === 0) return text.length === word.length ? 4 : 3
  return /[\s\-_.:/]/.test(text[at - 1] ?? '') ? 2 : 1
}

/** Every word must be found; ranks by fit, then by how much a thing needs someone, then by how recently it was used. */
export function search(entries: readonly Entry[], typed: string, recent: readonly string[], most = 60): Entry[] {
  const prefix = /^[>@#]/.exec(typed)?.[0]
  const words = typed
    .replace(/^[>@#/]\s*/, '')
    .toLowerCase()
    .split(/\s+/)
    .filter(Boolean)
  const scored: { entry: Entry; score: number }[] = []
  for (const entry of entries) {
    if (prefix && entry.sort !== prefix) continue
    const used = recent.indexOf(entry.id)
    const bonus = entry.weight + (used >= 0 ? 2 - used * 0.1 : 0)
    if (words.length === 0) {
      if (
        prefix ||
        used >= 0 ||
        (entry.sort === '/' && (entry.href?.split('/').length ?? 9) <= 2 && !entry.service) ||
        (entry.service && !entry.act && entry.group === 'Go to' && entry.weight > 1.3)
      )
        scored.push({ entry, score: bonus })
      continue
    }
    let total = 0
    for (const word of words) {
      const best = Math.max(
        fit((entry.verb ?? '').toLowerCase(), word) * 1.2,
        fit(entry.name.toLowerCase(), word) * 1.5,
        fit(entry.about.toLowerCase(), word) * 0.5,
        entry.also === undefined ? 0 : fit(entry.also, word) * 0.4,
      )
      if (best === 0) {
        total = 0
        break
      }
      total += best
    }
    if (total === 0) continue
    // Bare names lead to the thing; acts come up once a verb is typed.
    const verbTyped = entry.verb !== undefined && words.some((word) => fit((entry.verb ?? '').toLowerCase(), word) > 0)
    scored.push({ entry, score: total + bonus + (entry.verb !== undefined && !verbTyped ? -4 : 0) })
  }
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map((each) => each.entry)
}

/** What is shown of what was found: the group that fits best stands first. `further` ways end those to go. */
export function arranged(found: readonly Entry[], further: readonly Entry[] = []): Entry[] {
  const run = found.filter(({ group }) => group === 'Run').slice(0, 12)
  const go = [...found.filter(({ group }) => group === 'Go to').slice(0, 20), ...further]
  return found[0]?.group === 'Run' ? [...run, ...go] : [...go, ...run]
}
