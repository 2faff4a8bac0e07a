import { count } from '../format/number.ts'
import { type Level, levels } from './ring.ts'

const shown: readonly Level[] = ['error', 'warn', 'info', 'debug']
/** A button stands for its neighbours too: fatal is an error, trace is debug. */
const also: Partial<Record<Level, Level>> = { error: 'fatal', debug: 'trace' }
const order: readonly string[] = [...levels, 'none']

/** Which levels pass, with how many of each there are. */
export function LevelFilter({
  counts,
  value,
  none = false,
  onChange,
}: {
  counts: ReadonlyMap<string, number>
  /** Comma-separated; empty for all. */
  value: string
  /** Whether lines that tell no level are a choice of their own. */
  none?: boolean
  onChange: (value: string) => void
}) {
  const on = new Set(value.split(',').filter(Boolean))
  const toggle = (pair: readonly string[], isOn: boolean): void => {
    const next = new Set(on)
    for (const each of pair)
      if (isOn) next.delete(each)
      else next.add(each)
    onChange(order.filter((each) => next.has(each)).join(','))
  }
  return (
    <span className="seg" role="group" aria-label="Levels">
      {[...shown, ...(none ? (['none'] as const) : [])].map((level) => {
        const pair = [level, level === 'none' ? undefined : also[level]].filter((each) => each !== undefined)
        return (
          <button
            key={level}
            type="button"
            aria-pressed={on.has(level)}
            title={level === 'none' ? 'Lines that tell no level' : undefined}
            onClick={() => toggle(pair, on.has(level))}
          >
            {level}
            <span className="font-normal text-ink-3 hide-phone">
              {count(pair.reduce((sum, each) => sum + (counts.get(each) ?? 0), 0))}
            </span>
          </button>
        )
      })}
    </span>
  )
}
