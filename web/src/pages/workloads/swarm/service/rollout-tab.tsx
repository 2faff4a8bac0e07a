import './rollout.css'
import { useQuery } from '@tanstack/react-query'
import type { Rollout, Service } from '@wheelhouse/contract'
import { Pause, Play, RotateCcw, Scaling } from 'lucide-react'
import { useEffect } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { Age } from '../../../../ui/state/age.tsx'
import { Badge } from '../../../../ui/state/badge.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { useNow } from '../../../../ui/state/use-now.ts'
import { TaskTable } from '../tasks/task-table.tsx'
import { taskGlyph, taskName } from '../words.ts'
import { RulesPanel } from './rules-panel.tsx'
import { clockOf, nextLook, rolloutGlyph, rolloutWord, slotsOf, underWay } from './rollout-words.ts'
import { useHold, useServiceActs } from './use-service-acts.tsx'

/** How the newest change goes. Asked for again when the Swarm says so, and when a moment passes that it is judged by. */
function useRollout(id: string) {
  const asked = useQuery({
    queryKey: keys.rollout(id),
    queryFn: ({ signal }) => client.swarmServices.rollout({ id }, { signal }),
    placeholderData: (before) => before,
  })
  const { data, refetch } = asked
  useEffect(() => {
    const wait = data && nextLook(data, Date.now())
    if (wait == null) return undefined
    const timer = setTimeout(() => void refetch(), Math.min(wait, 2 ** 31 - 1))
    return () => clearTimeout(timer)
  }, [data, refetch])
  return asked
}

/** The live view of a rollout: how far, what is waited for, each task and why it waits, and what brought it back. */
export function RolloutTab({ service }: { service: Service }) {
  const asked = useRollout(service.id)
  const rollout = asked.data
  if (!rollout)
    return asked.error ? (
      <div className="page">
        <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
      </div>
    ) : (
      <Skeleton />
    )
  return (
    <div className="page">
      <div className="panels even">
        <RolloutPanel service={service} rollout={rollout} />
        <RulesPanel service={service} rollout={rollout} />
        <Panel title="Tasks" meta={String(rollout.tasks.length)} flush>
          {rollout.tasks.length === 0 ? (
            <p className="px-3 pb-3 text-ink-3">It has no tasks now.</p>
          ) : (
            <TaskTable
              label={`Tasks of ${service.name}`}
              tasks={rollout.tasks}
              without="service"
              versions={rollout.state !== 'none' && rollout.tasks.some(({ current }) => !current)}
            />
          )}
        </Panel>
      </div>
    </div>
  )
}

/** Once is enough: most messages end in what failed. */
const isToldIn = (message: string, reason: string): boolean =>
  message.toLowerCase().includes(reason.replace(/\.$/, '').toLowerCase())

function RolloutPanel({ service, rollout }: { service: Service; rollout: Rollout }) {
  const acts = useServiceActs(service)
  const hold = useHold(service)
  const { state, desired, updated, running, reason, image, previousImage } = rollout
  const changed = state !== 'none'
  const moved = previousImage !== null && previousImage !== image
  const clear = state === 'none' || state === 'completed' || state === 'rollback-completed'
  return (
    <Panel title="Rollout" span={8}>
      <div className="flex flex-col gap-3">
        {hold.error && <TroubleBox trouble={wordsFor(hold.error)} />}
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <p className="figure">
            {clear ? running : updated}{' '}
            <small>
              of {desired} {desired === 1 ? 'task runs' : 'tasks run'}
              {clear ? '' : ' what is wanted'}
            </small>
          </p>
          <Badge state={rolloutGlyph(rollout)}>{rolloutWord(state)}</Badge>
          <span className="ml-auto flex flex-wrap gap-2">
            {acts.operates && (
              <>
                {state === 'updating' && (
                  <Button icon={Pause} busy={hold.isPending} onClick={() => hold.mutate('pause')}>
                    Pause
                  </Button>
                )}
                {state === 'paused' && (
                  <Button look="primary" icon={Play} busy={hold.isPending} onClick={() => hold.mutate('resume')}>
                    Resume
                  </Button>
                )}
                <Button icon={Scaling} onClick={() => acts.open('scale')}>
                  Scale…
                </Button>
                {changed && !state.startsWith('rollback') && (
                  <Button icon={RotateCcw} onClick={() => acts.open('rollback')}>
                    Roll back…
                  </Button>
                )}
              </>
            )}
          </span>
        </div>
        <ul className="slots" aria-label="Places and what is in them">
          {slotsOf(rollout.tasks)
            .slice(0, 120)
            .map((task) => (
              <li
                key={task.id}
                className={taskGlyph(task) === 'failed' ? 'bad' : task.current && !clear ? 'new' : ''}
                title={task.reason ?? `${taskName(task)}, ${task.state}`}
              >
                <Glyph state={taskGlyph(task)} label={`${taskName(task)}: ${task.state}`} />
                <span className="cut" aria-hidden>
                  {task.slot !== null && `${task.slot} `}
                  <span className="text-ink-3">{task.nodeName ?? ''}</span>
                </span>
              </li>
            ))}
        </ul>
        <p>
          <span aria-live="polite">{rollout.message}</span>
          {rollout.finishedAt !== null && (
            <span className="meta">
              {' '}
              <Age at={rollout.finishedAt} suffix=" ago" />
            </span>
          )}
        </p>
        {reason !== null && !isToldIn(rollout.message, reason) && (
          <div
            className={`note ${state === 'paused' ? 'warn' : state === 'rollback-completed' ? 'warn' : ''}`}
            role="status"
          >
            <Glyph state={rolloutGlyph(rollout)} />
            <span>{reason}</span>
          </div>
        )}
        {!clear && <ClockLine rollout={rollout} />}
        {moved && (
          <p className="mono break-all text-meta">
            <span className="text-ink-3">{previousImage} → </span>
            {image}
          </p>
        )}
      </div>
      {acts.layer}
    </Panel>
  )
}

const around = 2 * Math.PI * 16

/** What is waited for, with a hand that runs. */
function ClockLine({ rollout }: { rollout: Rollout }) {
  const now = useNow()
  const clock = clockOf(rollout, now)
  if (!clock) return null
  return (
    <div className="clock" role="timer" aria-label={`${clock.title}. ${clock.about}`}>
      <svg viewBox="0 0 40 40" aria-hidden>
        <circle cx="20" cy="20" r="16" />
        {clock.part !== null && (
          <circle
            className="hand"
            cx="20"
            cy="20"
            r="16"
            strokeDasharray={`${Math.max(0.02, clock.part) * around} ${around}`}
            transform="rotate(-90 20 20)"
          />
        )}
      </svg>
      <div className="min-w-0">
        <p className="text-ink font-medium">{clock.title}</p>
        {underWay(rollout.state) || rollout.state === 'paused' ? <p className="meta">{clock.about}</p> : null}
      </div>
    </div>
  )
}
