import { ChevronDown } from 'lucide-react'

export interface Option {
  readonly value: string
  readonly label: string
}

/** A facet: key dim, value ink. The first option is the neutral one. */
export function Pick({
  label,
  value,
  options,
  onPick,
}: {
  label: string
  value: string
  options: readonly Option[]
  onPick: (value: string) => void
}) {
  return (
    <label className={`select-quiet ${value === options[0]?.value ? '' : 'on'}`}>
      <span>{label}</span>
      <select aria-label={label} value={value} onChange={(event) => onPick(event.target.value)}>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <ChevronDown className="icon-s" aria-hidden />
    </label>
  )
}

/** One of a few, all seen at once. */
export function Segment({
  label,
  value,
  options,
  onPick,
}: {
  label: string
  value: string
  options: readonly Option[]
  onPick: (value: string) => void
}) {
  return (
    <span className="seg" role="radiogroup" aria-label={label}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          onClick={() => onPick(option.value)}
        >
          {option.label}
        </button>
      ))}
    </span>
  )
}
