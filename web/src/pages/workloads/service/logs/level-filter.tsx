import { useMemo } from 'react'
import { count } from '../../../../ui/format/number.ts'
import { type Level, type LogRing, levels } from '../../../../ui/log/ring.ts'

const shown: readonly Level[] = ['error', 'warn', 'info', 'debug']
/** A button stands for its neighbours too: fatal is an error, trace is debug. */
const also: Partial<Record<Level, Level>> = { error: 'fatal', debug: 'trace' }

/** Which levels pass, with how many of each the page holds. */
export function LevelFilter({
  ring,
  version,
  value,
  onChange,
}: {
  ring: LogRing
  version: number
  value: string
  onChange: (value: string) => void
}) {
  // Counting 100,000 lines each frame would cost more than drawing them: it is done every 30th time.
  const turn = Math.floor(version / 30)
  const counts = useMemo(() => {
    const found = new Map<Level, number>()
    for (let n = ring.first; n < ring.next; n++) {
      const level = ring.levelOf(n) ?? 'info'
      found.set(level, (found.get(level) ?? 0) + 1)
    }
    return found
  }, [ring, turn, version < 30 ? version : 0])
  const on = new Set(value.split(',').filter(Boolean))
  const toggle = (level: Level): void => {
    const pair = [level, also[level]].filter((each) => each !== undefined)
    const next = new Set(on)
    for (const each of pair)
      if (on.has(level)) next.delete(each)
      else next.add(each)
    onChange(levels.filter((each) => next.has(each)).join(','))
  }
  return (
    <span className="seg" role="group" aria-label="Levels">
      {shown.map((level) => (
        <button key={level} type="button" aria-pressed={on.has(level)} onClick={() => toggle(level)}>
          {level}
          <span className="font-normal text-ink-3 hide-phone">
            {count((counts.get(level) ?? 0) + (also[level] ? (counts.get(also[level]) ?? 0) : 0))}
          </span>
        </button>
      ))}
    </span>
  )
}
