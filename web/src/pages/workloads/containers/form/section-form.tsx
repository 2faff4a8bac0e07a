import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { CheckLine, SelectField, TextArea, TextField } from '../../../../ui/control/field.tsx'
import { plural } from '../../../../ui/format/number.ts'
import type { FlagNameOf, TextNameOf, WrongOf } from './field-reader.ts'

interface Common<F> {
  readonly label: string
  readonly hint?: string
  /** Half of the width, beside the next. */
  readonly half?: boolean
  /** Only shown where this holds. */
  readonly when?: (form: F) => boolean
}
export type FormField<F> =
  | (Common<F> & {
      readonly kind: 'line'
      readonly name: TextNameOf<F>
      readonly mono?: boolean
      readonly example?: string
    })
  | (Common<F> & {
      readonly kind: 'area'
      readonly name: TextNameOf<F>
      readonly rows: number
      readonly example?: string
    })
  | (Common<F> & {
      readonly kind: 'choice'
      readonly name: TextNameOf<F>
      readonly options: readonly (readonly [value: string, label: string])[]
    })
  | (Common<F> & { readonly kind: 'flag'; readonly name: FlagNameOf<F> })

export interface Section<F> {
  readonly title: string
  readonly about: string
  readonly open: boolean
  readonly fields: readonly FormField<F>[]
}

interface Props<F> {
  readonly sections: readonly Section<F>[]
  /** What a field holds that nobody has filled. */
  readonly empty: F
  readonly form: F
  readonly wrong: WrongOf<F>
  /** True once it was sent: then every mistake is shown, not only those of fields that were left. */
  readonly told: boolean
  /** Of something that is there: a variable without a value keeps its own. */
  readonly keeps: boolean
  readonly onChange: (changes: Partial<F>) => void
}

/** A long form, a section each; those that are rarely wanted are folded. */
export function SectionForm<F extends object>(props: Props<F>) {
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set())
  const leave = (name: string): void => setLeft((before) => (before.has(name) ? before : new Set([...before, name])))
  return (
    <>
      {props.sections.map((section) => (
        <Part key={section.title} section={section} left={left} onLeave={leave} {...props} />
      ))}
    </>
  )
}

function Part<F extends object>({
  section,
  left,
  onLeave,
  ...props
}: Props<F> & { section: Section<F>; left: ReadonlySet<string>; onLeave: (name: string) => void }) {
  const { form, wrong, told, empty } = props
  const shown = section.fields.filter((field) => field.when?.(form) ?? true)
  const given = shown.filter(({ name }) => form[name] !== empty[name]).length
  const faults = told ? shown.filter(({ name }) => wrong[name]).length : 0
  const [open, setOpen] = useState(section.open || given > 0)
  return (
    <details className="panel group" open={open || faults > 0} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className="panel-head cursor-pointer list-none">
        <ChevronDown className="icon-s text-ink-3 -rotate-90 group-open:rotate-0" aria-hidden />
        <h2>{section.title}</h2>
        <span className="meta cut">
          {faults > 0 ? plural(faults, 'mistake') : open || given === 0 ? section.about : `${given} set`}
        </span>
      </summary>
      <div className="panel-body grid grid-cols-1 gap-3 sm:grid-cols-2">
        {shown.map((field) => (
          <div key={field.name} className={`min-w-0 ${field.half ? '' : 'sm:col-span-2'}`}>
            <Input
              field={field}
              error={told || left.has(field.name) ? wrong[field.name] : undefined}
              onLeave={() => onLeave(field.name)}
              {...props}
            />
          </div>
        ))}
      </div>
    </details>
  )
}

function Input<F extends object>({
  field,
  form,
  error,
  keeps,
  onChange,
  onLeave,
}: Props<F> & { field: FormField<F>; error: string | undefined; onLeave: () => void }) {
  const change = (value: string | boolean): void => onChange({ [field.name]: value } as Partial<F>)
  const hint =
    field.name === 'environment' && keeps
      ? 'NAME=value, one a line. A name alone keeps its value, so that no secret has to be shown.'
      : field.hint
  if (field.kind === 'flag')
    return (
      <CheckLine
        label={field.label}
        hint={hint}
        checked={form[field.name] as boolean}
        onChange={(event) => change(event.target.checked)}
      />
    )
  const text = form[field.name] as string
  const common = { label: field.label, hint, error, value: text, onBlur: onLeave }
  if (field.kind === 'choice')
    return (
      <SelectField {...common} onChange={(event) => change(event.target.value)}>
        {field.options.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
    )
  if (field.kind === 'area')
    return (
      <TextArea
        {...common}
        className="mono"
        rows={Math.max(field.rows, Math.min(14, text.split('\n').length))}
        placeholder={field.example}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => change(event.target.value)}
      />
    )
  return (
    <TextField
      {...common}
      className={field.mono ? 'mono' : ''}
      placeholder={field.example}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => change(event.target.value)}
    />
  )
}
