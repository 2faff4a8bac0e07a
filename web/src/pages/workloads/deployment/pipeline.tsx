import type { Deployment, Stage } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import { ChevronLeft } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { usePhone } from '../../../ui/list/use-media.ts'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Took } from '../../../ui/state/took.tsx'
import { stageGlyph, stageTitle } from '../deployments/words.ts'
import { type Lane, lanesOf, type Place, perRow } from './lanes.ts'

interface Props {
  readonly run: Deployment
  readonly chosen: string
  readonly onChoose: (stage: string) => void
}

/** The stages as equal boxes; below them, right to left, what was undone. */
export function Pipeline({ run, chosen, onChoose }: Props) {
  const phone = usePhone()
  const box = useRef<HTMLElement>(null)
  const [width, setWidth] = useState(1200)
  useEffect(() => {
    const element = box.current
    if (!element) return undefined
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [])
  const columns = phone ? 1 : perRow(run.stages.length, width)
  const over = deploymentEnded(run.state)
  const lanes = lanesOf(run, phone ? Math.max(1, run.stages.length) : columns)
  const shared = { chosen, onChoose, over }
  // Read row by row the undo would stand the wrong way round, so each part says which it is.
  const parts = lanes.filter((lane) => lane.undo.length > 0).toReversed()
  const nameOf = (lane: Lane): string =>
    parts.length < 2 ? 'Undo, in reverse' : `Undo, in reverse, part ${parts.indexOf(lane) + 1} of ${parts.length}`
  return (
    <section ref={box} className={`pipe ${phone ? 'tall' : ''}`} aria-label="Stages">
      {lanes.map((lane) => (
        <LaneView
          key={lane.places[0]?.stage.name}
          lane={lane}
          columns={columns}
          phone={phone}
          undoName={nameOf(lane)}
          {...shared}
        />
      ))}
    </section>
  )
}

interface Shared {
  readonly chosen: string
  readonly onChoose: (stage: string) => void
  readonly over: boolean
}

function LaneView({
  lane,
  columns,
  phone,
  undoName,
  ...shared
}: Shared & { lane: Lane; columns: number; phone: boolean; undoName: string }) {
  const grid = { gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }
  return (
    <div className="lanes">
      <ol className="lane" style={grid} aria-label="Stages, in order">
        {lane.places.map((place) => (
          <li key={place.stage.name} style={phone ? undefined : { gridColumn: place.column }}>
            <StageBox place={place} {...shared} />
          </li>
        ))}
      </ol>
      {lane.undo.length > 0 && (
        <>
          {phone && <p className="lane-name">Undone, in reverse</p>}
          <ol className="lane back" style={grid} aria-label={undoName}>
            {lane.mark !== null && !phone && (
              <li className={`lane-name ${lane.hangs ? 'hangs' : ''}`} style={{ gridColumn: lane.mark, gridRow: 1 }}>
                <ChevronLeft className="icon-s" aria-hidden />
                <span className="cut">Undo, in reverse</span>
              </li>
            )}
            {lane.undo.map((place) => (
              <li key={place.stage.name} style={phone ? undefined : { gridColumn: place.column, gridRow: 1 }}>
                <UndoBox place={place} {...shared} />
              </li>
            ))}
          </ol>
        </>
      )}
    </div>
  )
}

/** What a stage says when it has nothing of its own to say. */
function messageOf(stage: Stage, over: boolean): string {
  if (stage.message !== '') return stage.message
  if (stage.state === 'waiting') return over ? 'not reached' : 'waits'
  if (stage.state === 'approval') return 'waits for approval'
  return stage.state === 'done' || stage.state === 'running' ? '' : stage.state.replace('-', ' ')
}

/** The way forward of a stage that was undone afterwards is still shown as it went. */
const forwardState = (stage: Stage): Stage['state'] =>
  stage.state === 'undoing' || stage.state === 'undone' || stage.state === 'undo-failed' ? 'done' : stage.state

function StageBox({ place, chosen, onChoose, over }: Shared & { place: Place }) {
  const { stage } = place
  const state = forwardState(stage)
  return (
    <button
      type="button"
      className={`stage s-${state} ${place.reached ? '' : 'ahead'}`}
      aria-pressed={stage.name === chosen}
      title={stage.message || undefined}
      onClick={() => onChoose(stage.name === chosen ? '' : stage.name)}
    >
      <span className="line">
        <Glyph state={stageGlyph(state)} label={state} />
        <span className="name cut">{stageTitle(stage.name)}</span>
        <span className="time">
          <Took of={stage} />
        </span>
      </span>
      <span className="about cut">{messageOf(stage, over)}</span>
    </button>
  )
}

function UndoBox({ place, chosen, onChoose }: Shared & { place: Place }) {
  const { stage } = place
  if (place.undo !== 'undo' || stage.undo === null)
    return (
      <div className="stage back none">
        <span className="line">
          <Glyph state="cancelled" />
          <span className="name cut">{stageTitle(stage.name)}</span>
        </span>
        <span className="about cut">{place.undo === 'ahead' ? 'its turn comes' : 'nothing to undo'}</span>
      </div>
    )
  const failed = stage.state === 'undo-failed'
  const going = stage.undo.finishedAt === null && !failed
  return (
    <button
      type="button"
      className={`stage back ${failed ? 's-failed' : ''}`}
      aria-pressed={stage.name === chosen}
      title={stage.undo.message || undefined}
      onClick={() => onChoose(stage.name === chosen ? '' : stage.name)}
    >
      <span className="line">
        <Glyph
          state={failed ? 'failed' : going ? 'rolling-back' : 'succeeded'}
          label={failed ? 'not undone' : going ? 'being undone' : 'undone'}
        />
        <span className="name cut">{stageTitle(stage.name)}</span>
        <span className="time">
          <Took of={stage.undo} />
        </span>
      </span>
      <span className="about cut">
        {stage.undo.message || (going ? 'being undone' : failed ? 'not undone' : 'undone')}
      </span>
    </button>
  )
}
