import { useMutation } from '@tanstack/react-query'
import { Problem } from '@wheelhouse/client'
import type { Plan, SwarmServiceDraft } from '@wheelhouse/contract'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { PlanView } from '../../../../ui/code/plan-view.tsx'
import { Button } from '../../../../ui/control/button.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { SectionForm } from '../../containers/form/section-form.tsx'
import { emptyForm, type Form } from './form.ts'
import { Preview } from './preview.tsx'
import { readForm } from './read.ts'
import { sections } from './sections.ts'

interface Props {
  readonly form: Form
  readonly onForm: (form: Form) => void
  readonly swarm: string
  /** Of the service that is changed; a new one without it. */
  readonly replaces?: string
  /** Above the preview: where, and what was read. */
  readonly side?: ReactNode
  /** False holds the plan back: something beside the form is wrong. */
  readonly ready?: boolean
  readonly plan: (draft: SwarmServiceDraft) => Promise<Plan>
  readonly run: (draft: SwarmServiceDraft) => Promise<void>
  /** "Make service", "Change service". */
  readonly act: string
}

/** Fill in, see it written and where it would run, see the plan, do it; its own page then shows how it goes. */
export function FormPage({ form, onForm, swarm, replaces, side, ready = true, plan: ask, run, act }: Props) {
  const keeps = replaces !== undefined
  const [told, setTold] = useState(false)
  const [plan, setPlan] = useState<Plan | null>(null)
  const { draft, wrong } = useMemo(() => readForm(form, { keeps }), [form, keeps])
  const mistakes = Object.keys(wrong).length
  // A plan is for one form: any change asks for a new one.
  useEffect(() => setPlan(null), [form, swarm])
  const planning = useMutation({ mutationFn: () => ask(draft), onSuccess: setPlan, gcTime: 0 })
  const doing = useMutation({ mutationFn: () => run(draft), gcTime: 0 })
  const trouble = doing.error ?? planning.error
  const show = (): void => {
    setTold(true)
    doing.reset()
    if (mistakes === 0 && ready) return planning.mutate()
    // Folded sections with a mistake open first.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.panels [aria-invalid=true]')?.focus())
  }
  return (
    <div className="page pt-2!">
      <div className="panels">
        <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 7' }}>
          <SectionForm
            sections={sections}
            empty={emptyForm}
            form={form}
            wrong={wrong}
            told={told}
            keeps={keeps}
            onChange={(changes) => onForm({ ...form, ...changes })}
          />
        </div>
        <div className="flex flex-col gap-3 min-w-0 lg:sticky lg:top-2" style={{ gridColumn: 'span 5' }}>
          {side}
          {trouble && (
            <TroubleBox
              trouble={wordsFor(trouble)}
              {...(trouble instanceof Problem && trouble.code === 'POLICY_REFUSED'
                ? {
                    action: (
                      <Go className="btn" href={paths.policies(swarm)}>
                        Open the policy
                      </Go>
                    ),
                  }
                : {})}
            />
          )}
          {plan && <PlanView plan={plan} />}
          <div className="flex flex-wrap items-center gap-2">
            {plan ? (
              <>
                <Button look="primary" busy={doing.isPending} onClick={() => doing.mutate()}>
                  {act}
                </Button>
                <Button look="ghost" onClick={() => setPlan(null)}>
                  Back to the form
                </Button>
              </>
            ) : (
              <Button look="primary" busy={planning.isPending} onClick={show}>
                Show plan
              </Button>
            )}
            {told && mistakes > 0 && !plan && (
              <span className="err self-center">{plural(mistakes, 'mistake')} in the form</span>
            )}
          </div>
          {!plan && (
            <Preview
              swarm={swarm}
              draft={draft}
              {...(replaces ? { replaces } : {})}
              ready={!wrong.name && !wrong.image}
            />
          )}
        </div>
      </div>
    </div>
  )
}
