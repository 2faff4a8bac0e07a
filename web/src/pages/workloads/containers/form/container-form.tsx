import { ChevronDown } from 'lucide-react'
import { useState } from 'react'
import { CheckLine, SelectField, TextArea, TextField } from '../../../../ui/control/field.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { emptyForm, type FieldName, type Form, type Wrong } from './form.ts'
import { type FormField, type Section, sections } from './sections.ts'

interface Props {
  readonly form: Form
  readonly wrong: Wrong
  /** True once it was sent: then every mistake is shown, not only those of fields that were left. */
  readonly told: boolean
  /** Of a container that is there: a variable without a value keeps its own. */
  readonly keeps: boolean
  readonly onChange: (changes: Partial<Form>) => void
}

/** All that a container can be told, a section each; those that are rarely wanted are folded. */
export function ContainerForm(props: Props) {
  const [left, setLeft] = useState<ReadonlySet<FieldName>>(new Set())
  const leave = (name: FieldName): void => setLeft((before) => (before.has(name) ? before : new Set([...before, name])))
  return (
    <>
      {sections.map((section) => (
        <Part key={section.title} section={section} left={left} onLeave={leave} {...props} />
      ))}
    </>
  )
}

function Part({
  section,
  left,
  onLeave,
  ...props
}: Props & { section: Section; left: ReadonlySet<FieldName>; onLeave: (name: FieldName) => void }) {
  const { form, wrong, told } = props
  const shown = section.fields.filter((field) => field.when?.(form) ?? true)
  const given = shown.filter(({ name }) => form[name] !== emptyForm[name]).length
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

function Input({
  field,
  form,
  error,
  keeps,
  onChange,
  onLeave,
}: Props & { field: FormField; error: string | undefined; onLeave: () => void }) {
  const hint =
    field.name === 'environment' && keeps
      ? 'NAME=value, one a line. A name alone keeps its value, so that no secret has to be shown.'
      : field.hint
  if (field.kind === 'flag')
    return (
      <CheckLine
        label={field.label}
        hint={hint}
        checked={form[field.name]}
        onChange={(event) => onChange({ [field.name]: event.target.checked })}
      />
    )
  const common = { label: field.label, hint, error, value: form[field.name], onBlur: onLeave }
  if (field.kind === 'choice')
    return (
      <SelectField {...common} onChange={(event) => onChange({ [field.name]: event.target.value })}>
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
        rows={Math.max(field.rows, Math.min(14, form[field.name].split('\n').length))}
        placeholder={field.example}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ [field.name]: event.target.value })}
      />
    )
  return (
    <TextField
      {...common}
      className={field.mono ? 'mono' : ''}
      placeholder={field.example}
      spellCheck={false}
      autoComplete="off"
      onChange={(event) => onChange({ [field.name]: event.target.value })}
    />
  )
}
