import type { ChangeEvent } from 'react'
import { SelectField, TextField } from '../../../../ui/control/field.tsx'
import { type Draft, enginePorts } from './draft.ts'

interface Props {
  readonly draft: Draft
  /** What to say below a field, by its name. */
  readonly words: Readonly<Record<string, string>>
  readonly queue: boolean
  readonly put: (field: keyof Draft) => (event: ChangeEvent<HTMLInputElement | HTMLSelectElement>) => void
}

/** Where a database or a queue is, who signs in, and what of it is counted. */
export function StoreFields({ draft, words, queue, put }: Props) {
  const redis = draft.engine === 'redis'
  const field = (name: keyof Draft, label: string, hint: string, more: object = {}) => (
    <TextField
      label={label}
      name={name}
      className="mono"
      spellCheck={false}
      autoComplete="off"
      hint={hint}
      value={draft[name]}
      error={words[name]}
      onChange={put(name)}
      {...more}
    />
  )
  return (
    <>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        <SelectField label="Engine" value={draft.engine} onChange={put('engine')}>
          <option value="postgres">PostgreSQL</option>
          <option value="mysql">MySQL, MariaDB</option>
          <option value="redis">Redis</option>
        </SelectField>
        {field('host', 'Host', '')}
        {field('port', 'Port', `Mostly ${enginePorts[draft.engine as keyof typeof enginePorts]}.`, {
          inputMode: 'numeric',
        })}
      </div>
      <div className="grid grid-cols-2 gap-3 sm:grid-cols-3">
        {field('username', 'User name', redis ? 'Empty: the default user.' : 'Empty: the administrator.')}
        {field('passwordVariable', 'Password from', 'Name of a variable of the service, such as DB_PASSWORD.')}
        {field('database', 'Database', redis ? 'A number. Empty: 0.' : 'Empty: that of the user.')}
      </div>
      {queue && (
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          {field(
            'pending',
            redis ? 'Waiting, key' : 'Waiting, table',
            redis ? 'List, set or stream.' : 'Its rows are counted.',
          )}
          {field('maxPending', 'At most', 'Empty: any number.', { inputMode: 'numeric' })}
          {field('failed', redis ? 'Failed, key' : 'Failed, table', 'Empty: not counted.')}
          {field('maxFailed', 'At most', 'Empty: any number.', { inputMode: 'numeric' })}
        </div>
      )}
    </>
  )
}
