import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { TextArea, TextField } from '../../../../ui/control/field.tsx'

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
  const error = !keyPattern.test(key)
    ? 'Use letters, digits, _, . and -, not starting with a digit, such as DB_HOST.'
    : taken.includes(key)
      ? `${key} is there already. Change it in its row.`
      : null
  return (
    <FormDialog
      title="Add a value"
      act="Add value"
      busy={false}
      error={null}
      wrong={{ key: error }}
      onAct={() => onAdd(key, value)}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="Name"
            className="mono"
            value={key}
            error={words.key}
            name="key"
            hint="A name with password, secret, token or key in it makes the value secret."
            autoComplete="off"
            spellCheck={false}
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
        </>
      )}
    </FormDialog>
  )
}
