import { type Frame, gutter, margin, toX } from '../../../ui/chart/plot.ts'
import { count } from '../../../ui/format/number.ts'

export interface Levels {
  readonly since: string
  readonly stepMs: number
  readonly levels: readonly string[]
  readonly counts: readonly (readonly number[])[]
}
const height = 40

const bands = (levels: readonly string[], row: readonly number[]) => {
  const of = (...names: string[]): number => names.reduce((sum, name) => sum + (row[levels.indexOf(name)] ?? 0), 0)
  const error = of('error', 'fatal')
  const warn = of('warn')
  return { error, warn, other: row.reduce((sum, value) => sum + value, 0) - error - warn }
}

/** How many lines of which level there were. */
export function LevelLane({ levels, frame, cursor }: { levels: Levels; frame: Frame; cursor: number | null }) {
  const since = Date.parse(levels.since)
  const rows = levels.counts.map((row) => bands(levels.levels, row))
  const top = Math.max(1, ...rows.map(({ error, warn, other }) => error + warn + other))
  const index = cursor === null ? -1 : Math.floor((cursor - since) / levels.stepMs)
  const here = rows[index]
  const all = rows.reduce(
    (sum, row) => ({ error: sum.error + row.error, warn: sum.warn + row.warn, other: sum.other + row.other }),
    { error: 0, warn: 0, other: 0 },
  )
  const told = here ?? all
  return (
    <div className="axis-lane">
      <div className="lane-head">
        <b>Lines</b>
        <span className="at">
          {count(told.error)} errors, {count(told.warn)} warnings, {count(told.other)} others
        </span>
      </div>
      <svg
        width={frame.width}
        height={height}
        role="img"
        aria-label={`Lines by level: ${count(all.error)} errors, ${count(all.warn)} warnings, ${count(all.other)} others`}
      >
        {rows.map((row, step) => {
          const [x1, x2] = [since + step * levels.stepMs, since + (step + 1) * levels.stepMs].map((at) =>
            Math.min(frame.width - margin, Math.max(gutter, toX(at, frame))),
          ) as [number, number]
          let y = height
          return (['other', 'warn', 'error'] as const).map((level) => {
            if (row[level] === 0) return null
            const tall = Math.max(1.5, (row[level] / top) * (height - 2))
            y -= tall
            return (
              <rect
                key={`${step} ${level}`}
                className={`bar-${level}`}
                x={x1 + 0.5}
                width={Math.max(1, x2 - x1 - 1)}
                y={y}
                height={tall}
              />
            )
          })
        })}
      </svg>
    </div>
  )
}
