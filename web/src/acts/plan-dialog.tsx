import { useMutation, useQuery } from '@tanstack/react-query'
import type { Plan } from '@wheelhouse/contract'
import type { ReactNode } from 'react'
import { keys } from '../api/keys.ts'
import { wordsFor } from '../api/trouble.ts'
import { changesOf, PlanView } from '../ui/code/plan-view.tsx'
import { DestroyDialog } from '../ui/overlay/destroy-dialog.tsx'
import { TroubleBox } from '../ui/page/told.tsx'

interface Props<T> {
  readonly title: string
  readonly keep: string
  /** What the button says, by how many things go. */
  readonly act: (going: number) => string
  readonly typeName?: string
  /** Names the plan and what it is of. */
  readonly what: string
  readonly input: unknown
  readonly plan: () => Promise<Plan>
  /** Gets the digest of the plan that was shown, for those that can be bound to it. */
  readonly run: (digest: string) => Promise<T>
  readonly onDone: (result: T) => void
  readonly onClose: () => void
  /** What it does can be taken back: the button does not warn. */
  readonly calm?: boolean
  readonly children?: ReactNode
}

/** Shows the plan of something that has consequences, then does it. */
export function PlanDialog<T>(props: Props<T>) {
  const { title, keep, act, typeName, what, input, onDone, onClose, calm = false, children } = props
  const plan = useQuery({ queryKey: keys.plan(what, input), queryFn: props.plan, staleTime: 0, retry: false })
  const run = useMutation({ mutationFn: props.run, onSuccess: onDone })
  const going = plan.data ? changesOf(plan.data) : 0
  const trouble = run.error ?? plan.error
  return (
    <DestroyDialog
      title={title}
      keep={keep}
      act={act(going)}
      typeName={typeName}
      ready={going > 0}
      calm={calm}
      busy={run.isPending}
      onAct={() => plan.data && run.mutate(plan.data.digest)}
      onClose={onClose}
    >
      {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
      {children}
      {plan.isPending && <p className="text-ink-3">Working out what would go…</p>}
      {plan.data && <PlanView plan={plan.data} />}
    </DestroyDialog>
  )
}
