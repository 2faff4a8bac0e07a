import type { Stage } from '@wheelhouse/contract'
import { span } from '../../../ui/format/span.ts'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { useNow } from '../../../ui/state/use-now.ts'
import { stageGlyph, stageTitle } from '../deployments/words.ts'
import { clockOf } from './clock.ts'

interface Props {
  readonly stage: Stage
  readonly chosen: string
  readonly onChoose: (task: string) => void
}

/** What a stage does side by side, as bars on one clock. */
export function TaskBars({ stage, chosen, onChoose }: Props) {
  const now = useNow()
  const clock = clockOf(stage.tasks, now)
  if (stage.tasks.length === 0) return null
  const told = stage.tasks.some((task) => task.message !== '')
  return (
    <section className="task-bars" aria-label={`${stageTitle(stage.name)}, side by side`}>
      <div className="flex flex-wrap items-baseline gap-x-3 pb-1">
        <h3>{stageTitle(stage.name)}, side by side</h3>
        {clock.togetherMs > 0 && stage.tasks.length > 1 && (
          <span className="meta ml-auto">
            {span(clock.togetherMs)} together, {span(clock.apartMs)} one after another
          </span>
        )}
      </div>
      {clock.bars.map(({ task, from, width, tookMs }) => (
        <button
          key={task.name}
          type="button"
          className={`task-bar ${told ? 'told' : ''}`}
          aria-pressed={task.name === chosen}
          onClick={() => onChoose(task.name === chosen ? '' : task.name)}
        >
          <Glyph state={stageGlyph(task.state)} label={task.state} />
          <span className="cut text-ink">{task.name}</span>
          <span className="bar" aria-hidden>
            <i
              className={`b-task s-${task.state}`}
              style={{ marginLeft: `${from * 100}%`, width: `${Math.max(tookMs === null ? 0 : 0.6, width * 100)}%` }}
            />
          </span>
          <span className="num">{tookMs === null ? '' : span(tookMs)}</span>
          {told && (
            <span className={`cut about ${task.state === 'failed' ? 't-failed' : 'text-ink-3'}`}>{task.message}</span>
          )}
        </button>
      ))}
    </section>
  )
}
