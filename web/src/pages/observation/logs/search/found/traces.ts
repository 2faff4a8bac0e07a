import type { KeptLine } from '@wheelhouse/contract'

/** A line with those that go on with it, oldest first. */
export interface Trace {
  readonly head: KeptLine
  readonly rest: readonly KeptLine[]
}
export interface Folded {
  readonly traces: Trace[]
  /** At the end of a page: lines that go on with one that a later page has, in the order they came. */
  readonly open: readonly KeptLine[]
}

/** Lines of one trace are said at once. */
const longestGapMs = 1_000
const near = (a: KeptLine, b: KeptLine): boolean => Math.abs(Date.parse(a.at) - Date.parse(b.at)) <= longestGapMs

/** Every line by itself. */
export const unfolded = (lines: readonly KeptLine[]): Trace[] => lines.map((head) => ({ head, rest: [] }))

function foldOldest(lines: readonly KeptLine[]): Trace[] {
  const traces: Trace[] = []
  const last = new Map<string, { rest: KeptLine[]; line: KeptLine }>()
  for (const line of lines) {
    const before = last.get(line.sourceId)
    if (line.goesOn && before && near(before.line, line)) {
      before.rest.push(line)
      before.line = line
      continue
    }
    const rest: KeptLine[] = []
    traces.push({ head: line, rest })
    if (line.stream !== 'system') last.set(line.sourceId, { rest, line })
  }
  return traces
}

function foldNewest(lines: readonly KeptLine[], isLast: boolean): Folded {
  const traces: Trace[] = []
  const waiting = new Map<string, KeptLine[]>()
  const letGo = (sourceId: string): void => {
    const [head, ...rest] = (waiting.get(sourceId) ?? []).toReversed()
    waiting.delete(sourceId)
    if (head) traces.push({ head, rest })
  }
  for (const line of lines) {
    const later = waiting.get(line.sourceId)
    if (later && line.stream !== 'system' && !near(later.at(-1) ?? line, line)) letGo(line.sourceId)
    if (line.goesOn) {
      const some = waiting.get(line.sourceId)
      if (some) some.push(line)
      else waiting.set(line.sourceId, [line])
    } else if (line.stream === 'system') traces.push({ head: line, rest: [] })
    else {
      traces.push({ head: line, rest: (waiting.get(line.sourceId) ?? []).toReversed() })
      waiting.delete(line.sourceId)
    }
  }
  if (!isLast) return { traces, open: [...waiting.values()].flat() }
  for (const sourceId of waiting.keys()) letGo(sourceId)
  return { traces, open: [] }
}

/** Puts the lines of stack traces beneath their first ones. `isLast`: no page follows that may have one. */
export function fold(lines: readonly KeptLine[], order: 'newest' | 'oldest', isLast: boolean): Folded {
  return order === 'oldest' ? { traces: foldOldest(lines), open: [] } : foldNewest(lines, isLast)
}

/** Of a page that is read oldest first: the lines at its start that go on with the last ones of the page before. */
export function goOnWith(before: readonly KeptLine[], lines: readonly KeptLine[]): KeptLine[] {
  const last = new Map(before.filter(({ stream }) => stream !== 'system').map((line) => [line.sourceId, line]))
  const found: KeptLine[] = []
  for (const line of lines) {
    const held = last.get(line.sourceId)
    if (line.stream === 'system' || !held) continue
    if (line.goesOn && near(held, line)) {
      found.push(line)
      last.set(line.sourceId, line)
    } else last.delete(line.sourceId)
  }
  return found
}
