import { useState } from 'react'
import { Button } from '../../../../ui/control/button.tsx'
import { TextArea, TextField } from '../../../../ui/control/field.tsx'
import { Dialog } from '../../../../ui/overlay/dialog.tsx'

const keyPattern = /^[A-Za-z_][A-Za-z0-9_.-]*$/

/** A new value; it is saved with the other changes. */
export function AddValue({
  taken,
  onAdd,
  onClose,
}: {
  taken: readonly string[]
  onAdd: (key: string, value: string) => void
  onClose: () => void
}) {
  const [key, setKey] = useState('')
  const [value, setValue] = useState('')
  const [told, setTold] = useState(false)
  const error = !keyPattern.test(key)
    ? 'Use letters, digits, _, . and -, not starting with a digit, such as DB_HOST.'
    : taken.includes(key)
      ? `${key} is there already. Change it in its row.`
      : null
  const add = (): void => {
    setTold(true)
    if (error === null) onAdd(key, value)
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      title="Add a value"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" onClick={add}>
            Add value
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        <TextField
          label="Name"
          className="mono"
          value={key}
          error={told ? error : null}
          hint="A name with password, secret, token or key in it makes the value secret."
          autoComplete="off"
          spellCheck={false}
          onBlur={() => key !== '' && setTold(true)}
          onChange={(event) => setKey(event.target.value)}
        />
        <TextArea
          label="Value"
          className="mono"
          rows={2}
          value={value}
          spellCheck={false}
          onChange={(event) => setValue(event.target.value)}
        />
      </div>
    </Dialog>
  )
}
