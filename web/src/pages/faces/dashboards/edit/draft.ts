import type { QuickAct, WidgetSpec } from '@wheelhouse/contract'

/** Without what is empty: an empty field means that nothing is asked for. */
export function without<T extends object>(given: T): T {
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== '' && value !== undefined && value !== null),
  ) as T
}

/** A number that was typed; undefined for none. */
export function numberOf(text: string): number | undefined {
  const value = Number(text.replace(',', '.'))
  return text.trim() === '' || Number.isNaN(value) ? undefined : value
}

export type StatFrom = Extract<WidgetSpec, { kind: 'stat' }>['source']['from']
/** The same figure from elsewhere: what it is about stays. */
export function sourceFrom(spec: Extract<WidgetSpec, { kind: 'stat' }>, from: StatFrom): WidgetSpec {
  const { service, stack, target } = spec.source
  const about = without({ service, stack, target })
  const sources: Record<StatFrom, Extract<WidgetSpec, { kind: 'stat' }>['source']> = {
    metric: { from: 'metric', metric: 'cpu.percent', ...about },
    services: { from: 'services', ...about },
    alerts: { from: 'alerts', ...about },
    lines: { from: 'lines', level: 'error,fatal', ...about },
    crashes: { from: 'crashes', ...about },
  }
  return { kind: 'stat', source: sources[from] }
}

/** Buttons as lines of text: `restart web`, `rollback shop production`, `open /logs The logs`. */
export const actLines = (acts: readonly QuickAct[]): string =>
  acts
    .map((act) => {
      if (act.do === 'open') return `open ${act.path} ${act.label}`
      if (act.do === 'rollback') return ['rollback', act.stack, act.environment ?? ''].join(' ').trim()
      return `${act.do} ${act.service}`
    })
    .join('\n')

/** What the lines say, or what is wrong with the first that says nothing. */
export function actsOf(text: string): { readonly acts: QuickAct[]; readonly wrong: string | null } {
  const acts: QuickAct[] = []
  for (const [index, line] of text.split('\n').entries()) {
    const [verb = '', first = '', ...rest] = line.trim().split(/\s+/)
    if (verb === '') continue
    const wrong = (why: string) => ({ acts, wrong: `line ${index + 1}: ${why}` })
    if (first === '')
      return wrong(`say what ${verb} is about, such as "${verb} ${verb === 'open' ? '/logs The logs' : 'web'}"`)
    if (verb === 'start' || verb === 'stop' || verb === 'restart') {
      if (rest.length > 0) return wrong('one service a line')
      acts.push({ do: verb, service: first })
    } else if (verb === 'rollback') acts.push({ do: verb, stack: first, ...(rest[0] ? { environment: rest[0] } : {}) })
    else if (verb === 'open') {
      if (!/^\/(?![/\\])/.test(first)) return wrong('a page begins with one /')
      acts.push({ do: verb, path: first, label: rest.join(' ') || first })
    } else return wrong(`"${verb}" is none of start, stop, restart, rollback, open`)
  }
  return acts.length > 12 ? { acts, wrong: 'twelve buttons are the most' } : { acts, wrong: null }
}
