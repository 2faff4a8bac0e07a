import { useParams } from '@tanstack/react-router'
import { paths } from '../../../../paths.ts'
import { Unready } from '../../../../shell/unready.tsx'
import { useParam } from '../../../../ui/control/use-url.ts'
import { StackForm } from './stack-form.tsx'
import { useOrigin } from './stack-origin.ts'

/** A stack from a file: a new one, one that is changed, or one that was started elsewhere and is adopted. */
export function ApplyStack() {
  const { id } = useParams({ strict: false })
  const [example] = useParam('example')
  const [adopt] = useParam('adopt')
  const origin = useOrigin({ id, adopt, example })
  const known = origin.data?.known
  const there = id ?? adopt
  const verb = id === undefined ? 'Adopt' : 'Change'
  const title = there === '' ? 'Apply a stack' : `${verb} ${known?.name ?? 'a stack'}`
  const stacks = { label: 'Stacks', href: paths.stacks() }
  const crumbs = known ? [stacks, { label: known.name, href: paths.stack(known.id) }] : [stacks]
  if (!origin.data) {
    const wayOut =
      there === '' ? { label: 'Open stacks', href: stacks.href } : { label: 'Open stack', href: paths.stack(there) }
    return <Unready title={title} crumbs={crumbs} asked={origin} wayOut={wayOut} />
  }
  return <StackForm key={`${there} ${example}`} origin={origin.data} title={title} crumbs={crumbs} />
}
