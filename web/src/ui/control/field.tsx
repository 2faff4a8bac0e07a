import {
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
  type TextareaHTMLAttributes,
  useId,
} from 'react'
import { Glyph } from '../state/glyph.tsx'

interface FieldProps {
  readonly label: string
  readonly aside?: ReactNode
  readonly hint?: ReactNode
  /** Replaces the hint: what is wrong and what would work. */
  readonly error?: string | null | undefined
}
interface Wiring {
  readonly id: string
  readonly 'aria-describedby': string
  readonly 'aria-invalid': boolean
}

function Field({ label, aside, hint, error, children }: FieldProps & { children: (wiring: Wiring) => ReactNode }) {
  const id = useId()
  return (
    <div className="field">
      <label className="label" htmlFor={id}>
        {label}
        {aside && <small>{aside}</small>}
      </label>
      {children({ id, 'aria-describedby': `${id}-note`, 'aria-invalid': Boolean(error) })}
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

export function TextField({
  label,
  aside,
  hint,
  error,
  className = '',
  folder = false,
  ...rest
}: FieldProps &
  InputHTMLAttributes<HTMLInputElement> & { /** With type file: all files of a folder. */ folder?: boolean }) {
  const picks = folder ? { webkitdirectory: '' } : {}
  return (
    <Field label={label} aside={aside} hint={hint} error={error}>
      {(wiring) => <input className={`input ${error ? 'bad' : ''} ${className}`} {...rest} {...picks} {...wiring} />}
    </Field>
  )
}

export function TextArea({
  label,
  aside,
  hint,
  error,
  className = '',
  ...rest
}: FieldProps & TextareaHTMLAttributes<HTMLTextAreaElement>) {
  return (
    <Field label={label} aside={aside} hint={hint} error={error}>
      {(wiring) => <textarea className={`input ${error ? 'bad' : ''} ${className}`} {...rest} {...wiring} />}
    </Field>
  )
}

export function SelectField({
  label,
  aside,
  hint,
  error,
  children,
  ...rest
}: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  return (
    <Field label={label} aside={aside} hint={hint} error={error}>
      {(wiring) => (
        <select className={`input ${error ? 'bad' : ''}`} {...rest} {...wiring}>
          {children}
        </select>
      )}
    </Field>
  )
}

export function CheckLine({
  label,
  hint,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & { label: ReactNode; hint?: ReactNode }) {
  return (
    <label className="check-line">
      <input type="checkbox" className="check" {...rest} />
      <span>
        <span className="text-ink">{label}</span>
        {hint && <span className="meta block">{hint}</span>}
      </span>
    </label>
  )
}
