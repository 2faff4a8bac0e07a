import { useMutation } from '@tanstack/react-query'
import { Problem } from '@wheelhouse/client'
import type { ContainerDraft, Job, Plan } from '@wheelhouse/contract'
import { type ReactNode, useEffect, useMemo, useState } from 'react'
import { isOver, jobs } from '../../../../api/observation/jobs.ts'
import { useRow } from '../../../../api/row-store.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { PlanView } from '../../../../ui/code/plan-view.tsx'
import { Button } from '../../../../ui/control/button.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { JobProgress } from '../../../observation/jobs/job-progress.tsx'
import { ContainerForm } from './container-form.tsx'
import type { Form } from './form.ts'
import { Preview } from './preview.tsx'
import { readForm } from './read.ts'

interface Props {
  readonly form: Form
  readonly onForm: (form: Form) => void
  readonly target: string
  /** Of the container that is changed; a new one without it. */
  readonly replaces?: string
  /** Above the preview: where, and what was read. */
  readonly side?: ReactNode
  readonly plan: (draft: ContainerDraft) => Promise<Plan>
  readonly run: (draft: ContainerDraft) => Promise<Job>
  /** "Make container", "Replace container". */
  readonly act: string
}

/** Fill in, see it written, see the plan, do it, follow it. */
export function FormPage({ form, onForm, target, replaces, side, plan: ask, run, act }: Props) {
  const keeps = replaces !== undefined
  const [told, setTold] = useState(false)
  const [plan, setPlan] = useState<Plan | null>(null)
  const [started, setStarted] = useState<Job | null>(null)
  const { draft, wrong } = useMemo(() => readForm(form, { keeps }), [form, keeps])
  const mistakes = Object.keys(wrong).length
  // A plan is for one form: any change asks for a new one.
  useEffect(() => setPlan(null), [form, target])
  const planning = useMutation({ mutationFn: () => ask(draft), onSuccess: setPlan })
  const doing = useMutation({
    mutationFn: () => run(draft),
    onSuccess: (job) => {
      jobs.set(job)
      setStarted(job)
    },
  })
  const job = useRow(jobs, started?.id ?? '') ?? started
  const over = job !== null && isOver(job)
  const made = over && typeof job.result?.serviceId === 'string' ? job.result.serviceId : null
  const trouble = doing.error ?? planning.error
  const show = (): void => {
    setTold(true)
    if (mistakes === 0) return planning.mutate()
    // Folded sections with a mistake open first.
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.panels [aria-invalid=true]')?.focus())
  }
  return (
    <div className="page pt-2!">
      <div className="panels">
        <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 7' }}>
          <fieldset disabled={job !== null && !over} className="contents">
            <ContainerForm
              form={form}
              wrong={wrong}
              told={told}
              keeps={keeps}
              onChange={(changes) => onForm({ ...form, ...changes })}
            />
          </fieldset>
        </div>
        <div className="flex flex-col gap-3 min-w-0 lg:sticky lg:top-2" style={{ gridColumn: 'span 5' }}>
          {!job && side}
          {trouble && (
            <TroubleBox
              trouble={wordsFor(trouble)}
              {...(trouble instanceof Problem && trouble.code === 'POLICY_REFUSED'
                ? {
                    action: (
                      <Go className="btn" href={paths.policies(target)}>
                        Open the policy
                      </Go>
                    ),
                  }
                : {})}
            />
          )}
          {plan && !job && <PlanView plan={plan} />}
          {job && <JobProgress job={job} />}
          <div className="flex flex-wrap items-center gap-2">
            {!job && !plan && (
              <Button look="primary" busy={planning.isPending} onClick={show}>
                Show plan
              </Button>
            )}
            {plan && !job && (
              <>
                <Button look="primary" busy={doing.isPending} onClick={() => doing.mutate()}>
                  {act}
                </Button>
                <Button look="ghost" onClick={() => setPlan(null)}>
                  Back to the form
                </Button>
              </>
            )}
            {told && mistakes > 0 && !plan && !job && (
              <span className="err self-center">{plural(mistakes, 'mistake')} in the form</span>
            )}
            {job && !over && (
              <span className="meta">You can leave this page; the job goes on, and the top bar brings you back.</span>
            )}
            {over && (
              <>
                {made !== null && (
                  <Go className="btn btn-primary" href={paths.service(made)}>
                    Open container
                  </Go>
                )}
                {job.state !== 'succeeded' && (
                  <Button
                    onClick={() => {
                      setStarted(null)
                      setPlan(null)
                    }}
                  >
                    Back to the form
                  </Button>
                )}
              </>
            )}
          </div>
          {!job && !plan && (
            <Preview
              target={target}
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
