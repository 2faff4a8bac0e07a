import { type ReactNode, useRef, useState } from 'react'
import { Button } from '../control/button.tsx'
import { TextField } from '../control/field.tsx'
import { Dialog } from './dialog.tsx'

interface Props {
  /** A question with verb, kind, name and place: "Remove stack shop on north?" */
  readonly title: string
  /** Name to type before the button works; none where nothing is lost for good. */
  readonly typeName?: string | undefined
  /** The safe way out: "Keep stack". */
  readonly keep: string
  /** Verb and name: "Remove stack shop". */
  readonly act: string
  readonly busy?: boolean
  readonly ready?: boolean
  /** It can be taken back: the button does not warn. */
  readonly calm?: boolean
  readonly onAct: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

/** Names what goes and what stays. The focus is on the safe button. */
export function DestroyDialog({
  title,
  typeName,
  keep,
  act,
  busy = false,
  ready = true,
  calm = false,
  onAct,
  onClose,
  children,
}: Props) {
  const [typed, setTyped] = useState('')
  const safe = useRef<HTMLButtonElement>(null)
  const armed = ready && (typeName === undefined || typed === typeName)
  return (
    <Dialog
      title={title}
      onClose={onClose}
      focus={() => safe.current}
      foot={
        <>
          <Button ref={safe} onClick={onClose}>
            {keep}
          </Button>
          <Button look={calm ? 'primary' : 'danger'} disabled={!armed} busy={busy} onClick={onAct}>
            {act}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {children}
        {typeName !== undefined && (
          <TextField
            label={`Type ${typeName} to go on`}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
            onKeyDown={(event) => event.key === 'Enter' && armed && onAct()}
          />
        )}
      </div>
    </Dialog>
  )
}
