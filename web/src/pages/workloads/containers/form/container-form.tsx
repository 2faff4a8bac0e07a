import { emptyForm, type Form, type Wrong } from './form.ts'
import { SectionForm } from './section-form.tsx'
import { sections } from './sections.ts'

interface Props {
  readonly form: Form
  readonly wrong: Wrong
  readonly told: boolean
  readonly keeps: boolean
  readonly onChange: (changes: Partial<Form>) => void
}

/** All that a container can be told. */
export const ContainerForm = (props: Props) => <SectionForm sections={sections} empty={emptyForm} {...props} />
