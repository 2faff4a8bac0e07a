export interface ChangedLine {
  readonly sign: '+' | '−'
  readonly text: string
}

function leaves(value: unknown, path: string, out: Map<string, string>): Map<string, string> {
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
    if (entries.length === 0) out.set(path, Array.isArray(value) ? '[]' : '{}')
    for (const [key, child] of entries) leaves(child, path === '' ? key : `${path}.${key}`, out)
  } else if (value !== undefined && !(value === null && path === '')) out.set(path, JSON.stringify(value))
  return out
}

/** Only what differs between two values, by path, the old before the new. */
export function changedLines(before: unknown, after: unknown): ChangedLine[] {
  const old = leaves(before, '', new Map())
  const fresh = leaves(after, '', new Map())
  const lines: ChangedLine[] = []
  for (const path of new Set([...old.keys(), ...fresh.keys()])) {
    const [a, b] = [old.get(path), fresh.get(path)]
    if (a === b) continue
    if (a !== undefined) lines.push({ sign: '−', text: `${path}: ${a}` })
    if (b !== undefined) lines.push({ sign: '+', text: `${path}: ${b}` })
  }
  return lines
}
