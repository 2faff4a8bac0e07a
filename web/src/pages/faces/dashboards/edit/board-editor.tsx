import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Problem } from '@wheelhouse/client'
import type { Dashboard, Widget, WidgetKind } from '@wheelhouse/contract'
import { Plus } from 'lucide-react'
import { useEffect, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { useKeys } from '../../../../ui/control/keys.ts'
import { useGo } from '../../../../ui/control/link.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Empty, TroubleBox } from '../../../../ui/page/told.tsx'
import { begun, redone, stepped, undone } from '../grid/history.ts'
import { BoardGrid } from '../grid/board-grid.tsx'
import { freePlace, settled } from '../grid/layout.ts'
import { byId, usePreview } from '../use-board.ts'
import { kinds, titleOf } from '../widgets/names.ts'
import { GalleryDialog } from './gallery-dialog.tsx'
import { WidgetDialog } from './widget-dialog.tsx'

interface Props {
  readonly board: Dashboard
  readonly rangeMs: number
  readonly onSaved: (board: Dashboard) => void
  readonly onClose: () => void
}
const mostWidgets = 40
const newId = (): string => `w${crypto.randomUUID().slice(0, 8)}`

/** A board while it is written: nothing is kept until it is saved, and each step can be taken back. */
export function BoardEditor({ board, rangeMs, onSaved, onClose }: Props) {
  const cache = useQueryClient()
  const go = useGo()
  const [draft, setDraft] = useState(() => begun(board.widgets))
  const [adding, setAdding] = useState(false)
  const [open, setOpen] = useState<{ readonly widget: Widget; readonly isNew: boolean } | null>(null)
  const [said, setSaid] = useState('')
  const widgets = draft.now
  const isChanged = draft.past.length > 0
  const preview = usePreview(widgets, rangeMs, true)
  const step = (next: readonly Widget[]): void => setDraft((before) => stepped(before, next))
  const save = useMutation({
    mutationFn: () => client.dashboards.update({ id: board.id, version: board.version, widgets: [...widgets] }),
    onSuccess: (next) => {
      onSaved(next)
      toast({ state: 'succeeded', title: `${next.name} saved` })
      onClose()
    },
  })
  const asCopy = useMutation({
    mutationFn: () =>
      client.dashboards.create({
        name: `${board.name.slice(0, 80)} (mine)`,
        description: board.description,
        rangeMs: board.rangeMs,
        widgets: [...widgets],
      }),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: keys.dashboards, exact: true })
      go(paths.dashboard(made.id))
    },
  })
  const late = save.error instanceof Problem && save.error.code === 'STATE_CONFLICT'
  useKeys('Editing a dashboard', [
    { keys: 'mod+z', label: 'Take the last step back', run: () => setDraft(undone) },
    { keys: 'mod+shift+z', label: 'Do it again', run: () => setDraft(redone) },
    { keys: 'a', label: 'Add a widget', run: () => setAdding(true) },
    { keys: 'mod+s', label: 'Save', run: () => save.mutate() },
  ])
  useEffect(() => {
    if (!isChanged) return undefined
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [isChanged])
  const pick = (kind: WidgetKind): void => {
    setAdding(false)
    const { w, h, spec } = kinds[kind]
    setOpen({ isNew: true, widget: { id: newId(), place: freePlace(widgets, w, h), spec } })
  }
  const copy = (widget: Widget): void => {
    const { w, h } = widget.place
    if (widgets.length < mostWidgets) step([...widgets, { ...widget, id: newId(), place: freePlace(widgets, w, h) }])
  }
  const put = (widget: Widget): void => {
    setOpen(null)
    step(open?.isNew ? [...widgets, widget] : widgets.map((each) => (each.id === widget.id ? widget : each)))
  }
  return (
    <>
      <PageHead
        title={board.name}
        tab={`${board.name}, editing`}
        crumbs={[{ label: 'Dashboards', href: paths.dashboards() }]}
        meta={
          isChanged
            ? `${plural(draft.past.length, 'step')} not saved`
            : 'drag by the head, size by the corner; arrows and shift do the same'
        }
        actions={
          <>
            <Button disabled={draft.past.length === 0} onClick={() => setDraft(undone)}>
              Undo
            </Button>
            <Button disabled={draft.future.length === 0} onClick={() => setDraft(redone)}>
              Redo
            </Button>
            <Button icon={Plus} hint="A" disabled={widgets.length >= mostWidgets} onClick={() => setAdding(true)}>
              Add widget…
            </Button>
            <Button onClick={onClose}>{isChanged ? 'Discard' : 'Done'}</Button>
            <Button look="primary" busy={save.isPending} disabled={!isChanged} onClick={() => save.mutate()}>
              Save
            </Button>
          </>
        }
      />
      <div className="page pt-1!">
        {save.error !== null && (
          <div className="pb-3">
            <TroubleBox
              trouble={wordsFor(save.error)}
              action={
                late && (
                  <>
                    <Button
                      onClick={() => {
                        void cache.invalidateQueries({ queryKey: keys.dashboard(board.id) })
                        onClose()
                      }}
                    >
                      Load theirs
                    </Button>
                    <Button busy={asCopy.isPending} onClick={() => asCopy.mutate()}>
                      Save mine as another
                    </Button>
                  </>
                )
              }
            />
          </div>
        )}
        {asCopy.error !== null && (
          <div className="pb-3">
            <TroubleBox trouble={wordsFor(asCopy.error)} />
          </div>
        )}
        <p className="vh" role="status">
          {said}
        </p>
        {widgets.length === 0 ? (
          <Empty
            title="Nothing is on it."
            action={
              <Button look="primary" icon={Plus} onClick={() => setAdding(true)}>
                Add widget…
              </Button>
            }
          />
        ) : (
          <BoardGrid
            label={`Widgets of ${board.name}`}
            widgets={widgets}
            data={byId(preview.data?.widgets)}
            editing={{
              onPlaced: (next) => {
                step(next)
                const moved = next.find(
                  ({ id, place }) =>
                    JSON.stringify(place) !== JSON.stringify(widgets.find((each) => each.id === id)?.place),
                )
                if (moved) {
                  const { x, y, w, h } = moved.place
                  setSaid(`${titleOf(moved) || 'Text'}: column ${x + 1}, row ${y + 1}, ${w} wide, ${h} high`)
                }
              },
              onChange: (widget) => setOpen({ widget, isNew: false }),
              onCopy: copy,
              onRemove: (widget) => {
                step(settled(widgets.filter(({ id }) => id !== widget.id)))
                toast({
                  state: 'stopped',
                  title: `${titleOf(widget) || 'Text'} taken off`,
                  action: { label: 'Undo', hint: 'Z', run: () => setDraft(undone) },
                })
              },
            }}
          />
        )}
      </div>
      {adding && <GalleryDialog onPick={pick} onClose={() => setAdding(false)} />}
      {open && (
        <WidgetDialog key={open.widget.id} {...open} rangeMs={rangeMs} onSave={put} onClose={() => setOpen(null)} />
      )}
    </>
  )
}
