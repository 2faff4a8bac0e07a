import type { Widget } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { TextField } from '../../../../ui/control/field.tsx'
import { usePreview } from '../use-board.ts'
import { kinds, titleOf } from '../widgets/names.ts'
import { WidgetBody } from '../widgets/widget-view.tsx'
import { SpecFields } from './spec-fields.tsx'

interface Props {
  readonly widget: Widget
  readonly isNew: boolean
  readonly rangeMs: number
  readonly onSave: (widget: Widget) => void
  readonly onClose: () => void
}

/** Sets a widget up; below the fields it shows what it will show. */
export function WidgetDialog({ widget, isNew, rangeMs, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(widget)
  const [wrong, setWrong] = useState<string | null>(null)
  const { label } = kinds[draft.spec.kind]
  const preview = usePreview([draft], rangeMs, true)
  return (
    <FormDialog
      wide
      title={isNew ? `Add: ${label.toLowerCase()}` : `Change ${titleOf(widget) || 'text'}`}
      act={isNew ? 'Add widget' : 'Keep changes'}
      busy={false}
      error={preview.error}
      wrong={{ spec: wrong }}
      onAct={() => onSave(draft)}
      onClose={onClose}
    >
      <TextField
        label="Title"
        value={draft.title ?? ''}
        placeholder={titleOf({ spec: draft.spec })}
        maxLength={100}
        autoComplete="off"
        onChange={(event) => {
          const { title: _, ...rest } = draft
          setDraft(event.target.value === '' ? rest : { ...rest, title: event.target.value })
        }}
      />
      <SpecFields spec={draft.spec} onSpec={(spec) => setDraft({ ...draft, spec })} onWrong={setWrong} />
      <div>
        <span className="label">Preview</span>
        <div className="widget" style={{ height: draft.spec.kind === 'stat' ? 110 : 220 }}>
          <WidgetBody widget={draft} data={preview.data?.widgets[0]} />
        </div>
      </div>
    </FormDialog>
  )
}
