import { Eye, EyeOff } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { Glyph } from '../../../ui/state/glyph.tsx'

interface Props {
  readonly label: string
  readonly name: string
  readonly autoComplete: 'current-password' | 'new-password'
  readonly value: string
  readonly error?: string | null
  readonly hint?: ReactNode
  readonly aside?: string
  readonly onChange: (value: string) => void
}

/** A password with an eye to read it by. */
export function SecretField({ label, name, autoComplete, value, error = null, hint, aside, onChange }: Props) {
  const [shown, setShown] = useState(false)
  const id = useId()
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
        {aside && <small>{aside}</small>}
      </label>
      <span className={`input ${error ? 'bad' : ''}`}>
        <input
          id={id}
          name={name}
          type={shown ? 'text' : 'password'}
          autoComplete={autoComplete}
          spellCheck={false}
          aria-invalid={error !== null}
          aria-describedby={`${id}-note`}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        <button
          type="button"
          className="text-ink-3 p-1"
          aria-label={shown ? 'Hide password' : 'Show password'}
          onClick={() => setShown(!shown)}
        >
          {shown ? <EyeOff className="icon" aria-hidden /> : <Eye className="icon" aria-hidden />}
        </button>
      </span>
      <span id={`${id}-note`} className={error ? 'err' : 'hint'} role={error ? 'alert' : undefined}>
        {error ? (
          <>
            <Glyph state="failed" />
            <span>{error}</span>
          </>
        ) : (
          hint
        )}
      </span>
    </div>
  )
}
