import { useMutation } from '@tanstack/react-query'
import type { Plan } from '@wheelhouse/contract'
import { type FormEvent, type ReactNode, useEffect, useId, useState } from 'react'
import { wordsFor } from '../api/trouble.ts'
import { PlanView } from '../ui/code/plan-view.tsx'
import { Button } from '../ui/control/button.tsx'
import { Dialog } from '../ui/overlay/dialog.tsx'
import { TroubleBox } from '../ui/page/told.tsx'

interface Props<T> {
  readonly title: string
  readonly about?: ReactNode
  /** What the button says that does it. */
  readonly act: string
  readonly danger?: boolean
  readonly wide?: boolean
  /** A plan is for one input: any change of it asks for a new one. */
  readonly input: string
  /** Tells every mistake; false where there is one. */
  readonly check: () => boolean
  readonly plan: () => Promise<Plan>
  readonly run: () => Promise<T>
  readonly onDone: (result: T) => void
  readonly onClose: () => void
  /** The form. */
  readonly children: ReactNode
}

/** Fill in, see the plan, do it. */
export function PlannedDialog<T>(props: Props<T>) {
  const { title, about, act, danger = false, wide = false, input, check, onDone, onClose, children } = props
  const id = useId()
  const [plan, setPlan] = useState<Plan | null>(null)
  const planning = useMutation({ mutationFn: props.plan, onSuccess: setPlan })
  const doing = useMutation({ mutationFn: props.run, onSuccess: onDone })
  useEffect(() => setPlan(null), [input])
  const trouble = doing.error ?? planning.error
  const show = (event: FormEvent): void => {
    event.preventDefault()
    // A dialog of a form stands in its tree, though not in its element.
    event.stopPropagation()
    doing.reset()
    if (check()) return planning.mutate()
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus())
  }
  return (
    <Dialog
      title={title}
      {...(about === undefined ? {} : { about })}
      wide={wide}
      onClose={onClose}
      foot={
        plan ? (
          <>
            <Button onClick={() => setPlan(null)}>Back</Button>
            <Button look={danger ? 'danger' : 'primary'} busy={doing.isPending} onClick={() => doing.mutate()}>
              {act}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>Cancel</Button>
            <Button look="primary" type="submit" form={id} busy={planning.isPending}>
              Show plan
            </Button>
          </>
        )
      }
    >
      <div className="flex flex-col gap-3">
        {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
        {plan && <PlanView plan={plan} />}
        <form id={id} noValidate className={plan ? 'hidden' : 'flex flex-col gap-3'} onSubmit={show}>
          {children}
        </form>
      </div>
    </Dialog>
  )
}
