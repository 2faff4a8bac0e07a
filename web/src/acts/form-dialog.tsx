import { type FormEvent, type ReactNode, useId, useRef, useState } from 'react'
import { fieldErrors, wordsFor } from '../api/trouble.ts'
import { Button } from '../ui/control/button.tsx'
import { Dialog } from '../ui/overlay/dialog.tsx'
import { InSight } from '../ui/page/in-sight.tsx'
import { TroubleBox } from '../ui/page/told.tsx'

type FieldWords = Readonly<Record<string, string>>

interface Props {
  readonly title: string
  readonly about?: ReactNode
  readonly wide?: boolean
  /** What the one primary button says; none where there is nothing that could be done. */
  readonly act: string | null
  /** What the other one says. */
  readonly keep?: string
  readonly busy: boolean
  /** Why the last try failed; what it says of single fields goes to them. */
  readonly error: unknown
  /** What is wrong with what is typed, by the names of the fields; null where nothing is. */
  readonly wrong?: Readonly<Record<string, string | null | undefined>>
  readonly onAct: () => void
  readonly onClose: () => void
  /** Left of the buttons. */
  readonly aside?: ReactNode
  /** The fields, with what to say below them by their names. */
  readonly children: ReactNode | ((words: FieldWords) => ReactNode)
}

/**
 * A small form over the page. Enter in a field sends it. A field with a `name` tells what is wrong once it was filled and left,
 * the others when it is sent, which then goes to the first of them.
 */
export function FormDialog({
  title,
  about,
  wide = false,
  act,
  keep = 'Cancel',
  busy,
  error,
  wrong = {},
  onAct,
  onClose,
  aside,
  children,
}: Props) {
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  const [told, setTold] = useState(false)
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const mistakes = Object.entries(wrong).flatMap(([field, words]) => (words ? [[field, words] as const] : []))
  const shown = Object.fromEntries(mistakes.filter(([field]) => told || left.has(field)))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    // A dialog of a form stands in its tree, though not in its element.
    event.stopPropagation()
    setTold(true)
    if (mistakes.length === 0) {
      if (!busy) onAct()
    } else requestAnimationFrame(() => form.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus())
  }
  return (
    <Dialog
      title={title}
      {...(about === undefined ? {} : { about })}
      wide={wide}
      onClose={onClose}
      foot={
        <>
          {aside && <span className="mr-auto flex gap-2">{aside}</span>}
          <Button onClick={onClose}>{keep}</Button>
          {act !== null && (
            <Button look="primary" type="submit" form={id} busy={busy}>
              {act}
            </Button>
          )}
        </>
      }
    >
      <form
        ref={form}
        id={id}
        noValidate
        className="flex flex-col gap-3"
        onSubmit={submit}
        onBlur={({ target }) => {
          const field = target as HTMLElement as HTMLInputElement
          if (field.name && field.value) setLeft((before) => new Set([...before, field.name]))
        }}
      >
        {error !== null && error !== undefined && (
          <InSight key={wordsFor(error).requestId}>
            <TroubleBox trouble={wordsFor(error)} />
          </InSight>
        )}
        {typeof children === 'function' ? children({ ...shown, ...fieldErrors(error) }) : children}
      </form>
    </Dialog>
  )
}
