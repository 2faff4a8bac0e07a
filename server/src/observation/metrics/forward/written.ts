import type { Exposed } from '../exposition.ts'
import type { History } from '../history/history.ts'
import type { EntityRow } from '../history/store.ts'
import type { Written } from './write-request.ts'

const pair = /([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"((?:\\.|[^"\\])*)"/g
const unescaped: Record<string, string> = { n: '\n', '"': '"', '\\': '\\' }

/** Labels as an endpoint spells them, within braces. */
export function labelsIn(text: string): Record<string, string> {
  const labels: Record<string, string> = {}
  for (const [, name, value] of text.matchAll(pair))
    labels[name!] = value!.replace(/\\(.)/g, (whole, letter: string) => unescaped[letter] ?? whole)
  return labels
}

const placeOf = ({ name, stack, targetName, targetId }: EntityRow): Record<string, string> => ({
  service: name,
  ...(stack === null ? {} : { stack }),
  target: targetName,
  target_id: targetId,
})

export const exposedName = (name: string): string => `wheelhouse_${name.replace(/[^a-zA-Z0-9_]/g, '_')}`

/** What other rooms observed and endpoints told, under the names Prometheus can take. What clashes with where it runs is renamed. */
export function* observedBy(
  history: History,
  isWanted: (origin: string, row: EntityRow) => boolean,
): Generator<Written> {
  for (const { metric, row, value } of history.current()) {
    if (!isWanted(metric.origin, row)) continue
    const isScraped = row.labels !== null
    const place = placeOf(row)
    const own = Object.fromEntries(
      Object.entries(labelsIn(row.labels ?? '')).map(([name, text]) => [
        name in place ? `exported_${name}` : name,
        text,
      ]),
    )
    yield { name: isScraped ? metric.name : exposedName(metric.name), labels: { ...own, ...place }, value }
  }
}

export function* writtenOf(exposed: readonly Exposed[]): Generator<Written> {
  for (const { name, samples } of exposed)
    for (const { labels, value } of samples) if (Number.isFinite(value)) yield { name, labels, value }
}
