import type { Rule } from './config-schema.ts'

interface Props {
  readonly id: string
  readonly label: string
  readonly value: string
  readonly rule: Rule
  readonly bad: boolean
  readonly secret?: boolean
  /** It has just taken the place of the button that asked for it. */
  readonly focus?: boolean
  readonly describedBy: string
  readonly onChange: (value: string) => void
  readonly onBlur: () => void
}

/** A field for one value: a choice where only some values are allowed, more than one line where it has them. */
export function ValueInput({
  id,
  label,
  value,
  rule,
  bad,
  secret = false,
  focus = false,
  describedBy,
  onChange,
  onBlur,
}: Props) {
  const wiring = {
    id,
    value,
    'aria-label': label,
    'aria-invalid': bad,
    'aria-describedby': describedBy,
    onBlur,
    className: `input sm mono ${bad ? 'bad' : ''}`,
  }
  if (rule.choices) {
    const options = rule.choices.includes(value) ? rule.choices : [value, ...rule.choices]
    return (
      <select {...wiring} onChange={(event) => onChange(event.target.value)}>
        {options.map((option) => (
          <option key={option} value={option}>
            {option}
          </option>
        ))}
      </select>
    )
  }
  const text = { ...wiring, spellCheck: false, autoComplete: 'off', autoCapitalize: 'off' }
  if (value.includes('\n'))
    return (
      <textarea
        {...text}
        rows={Math.min(value.split('\n').length, 6)}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  return (
    <input
      {...text}
      ref={(field) => void (focus && field?.focus())}
      type={secret ? 'password' : 'text'}
      {...(secret ? { autoComplete: 'new-password' } : {})}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
