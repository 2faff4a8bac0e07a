import type { Widget, WidgetData, WidgetPlace } from '@wheelhouse/contract'
import { Copy, PenLine, Trash2 } from 'lucide-react'
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import { Button } from '../../../../ui/control/button.tsx'
import { titleOf } from '../widgets/names.ts'
import { WidgetBody } from '../widgets/widget-view.tsx'
import { columns, placed, readingOrder } from './layout.ts'

interface Editing {
  /** The board as it is after a move or a change of size. */
  readonly onPlaced: (widgets: readonly Widget[]) => void
  readonly onChange: (widget: Widget) => void
  readonly onCopy: (widget: Widget) => void
  readonly onRemove: (widget: Widget) => void
}
interface Props {
  readonly label: string
  readonly widgets: readonly Widget[]
  readonly data: ReadonlyMap<string, WidgetData>
  readonly editing?: Editing | undefined
}

const rowPx = 56
const gapPx = 12
const steps: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
}

interface Held {
  readonly id: string
  readonly by: 'place' | 'size'
  readonly x: number
  readonly y: number
  readonly from: WidgetPlace
}

/** Widgets on twelve columns. While it is edited they are moved by their heads and sized by their corners, or by the arrow keys. */
export function BoardGrid({ label, widgets, data, editing }: Props) {
  const box = useRef<HTMLDivElement>(null)
  const [held, setHeld] = useState<Held | null>(null)
  const [draft, setDraft] = useState<readonly Widget[] | null>(null)
  const shown = draft ?? widgets

  const hold = (event: PointerEvent<HTMLElement>, widget: Widget, by: Held['by']): void => {
    if (!editing || event.button !== 0 || (event.target as Element).closest('button:not(.widget-corner)')) return
    event.currentTarget.setPointerCapture(event.pointerId)
    event.preventDefault()
    setHeld({ id: widget.id, by, x: event.clientX, y: event.clientY, from: widget.place })
  }
  const drag = (event: PointerEvent<HTMLElement>): void => {
    if (!held || !box.current) return
    const column = (box.current.clientWidth + gapPx) / columns
    const dx = Math.round((event.clientX - held.x) / column)
    const dy = Math.round((event.clientY - held.y) / (rowPx + gapPx))
    const { x, y, w, h } = held.from
    setDraft(
      placed(
        widgets,
        held.id,
        held.by === 'place' ? { x: x + dx, y: y + dy } : { w: Math.min(columns - x, w + dx), h: h + dy },
      ),
    )
  }
  const drop = (): void => {
    if (draft) editing?.onPlaced(draft)
    setHeld(null)
    setDraft(null)
  }
  const onKey = (event: KeyboardEvent<HTMLElement>, widget: Widget): void => {
    if (!editing || event.target !== event.currentTarget) return
    const step = steps[event.key]
    const { x, y, w, h } = widget.place
    if (step && event.shiftKey)
      editing.onPlaced(placed(widgets, widget.id, { w: Math.min(columns - x, w + step[0]), h: h + step[1] }))
    else if (step)
      editing.onPlaced(placed(widgets, widget.id, { x: x + step[0], y: stepY(widgets, widget, y, step[1]) }))
    else if (event.key === 'Enter') editing.onChange(widget)
    else if (event.key === 'Delete' || event.key === 'Backspace') editing.onRemove(widget)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div ref={box} className={`board ${editing ? 'editing' : ''}`} role="group" aria-label={label}>
      {readingOrder(shown).map((widget) => {
        const { place } = widget
        const title = titleOf(widget)
        return (
          <section
            key={widget.id}
            className={`widget ${held?.id === widget.id ? 'held' : ''}`}
            style={
              {
                gridColumn: `${place.x + 1} / span ${place.w}`,
                gridRow: `${place.y + 1} / span ${place.h}`,
                '--rows': place.h,
              } as React.CSSProperties
            }
            aria-label={title || 'Text'}
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- while it is edited, keys move it
            {...(editing
              ? {
                  tabIndex: 0,
                  'aria-roledescription': 'widget, arrows move it, shift and arrows size it, Enter changes it',
                }
              : {})}
            onKeyDown={(event) => onKey(event, widget)}
          >
            {(title !== '' || editing) && (
              <div
                className="widget-head"
                onPointerDown={(event) => hold(event, widget, 'place')}
                onPointerMove={drag}
                onPointerUp={drop}
                onPointerCancel={drop}
              >
                <h2 className="cut">{title || 'Text'}</h2>
                {editing && (
                  <span className="ml-auto flex gap-1">
                    <Button
                      look="ghost"
                      icon={PenLine}
                      aria-label={`Change ${title || 'text'}`}
                      onClick={() => editing.onChange(widget)}
                    />
                    <Button
                      look="ghost"
                      icon={Copy}
                      aria-label={`Copy ${title || 'text'}`}
                      onClick={() => editing.onCopy(widget)}
                    />
                    <Button
                      look="ghost"
                      icon={Trash2}
                      aria-label={`Take ${title || 'text'} off`}
                      onClick={() => editing.onRemove(widget)}
                    />
                  </span>
                )}
              </div>
            )}
            <WidgetBody widget={widget} data={data.get(widget.id)} />
            {editing && (
              <button
                type="button"
                className="widget-corner"
                tabIndex={-1}
                aria-label={`Size ${title || 'text'}`}
                onPointerDown={(event) => hold(event, widget, 'size')}
                onPointerMove={drag}
                onPointerUp={drop}
                onPointerCancel={drop}
              />
            )}
          </section>
        )
      })}
    </div>
  )
}

/** One step up or down passes the neighbour: less would be undone by the pull to the top. */
function stepY(widgets: readonly Widget[], { id, place }: Widget, y: number, by: number): number {
  if (by === 0) return y
  const beside = widgets.filter(
    (other) => other.id !== id && other.place.x < place.x + place.w && place.x < other.place.x + other.place.w,
  )
  if (by < 0) return Math.max(0, ...beside.filter((other) => other.place.y < y).map((other) => other.place.y))
  const below = beside.filter((other) => other.place.y >= y + place.h).map((other) => other.place.y)
  return below.length === 0 ? y : Math.min(...below)
}
