import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Problem } from '@wheelhouse/client'
import type { Job } from '@wheelhouse/contract'
import { useEffect, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { jobs } from '../../../../api/observation/jobs.ts'
import { keys } from '../../../../api/keys.ts'
import { useRow } from '../../../../api/row-store.ts'

type StackFile = Parameters<typeof client.stacks.plan>[0]
export type StackPlan = Awaited<ReturnType<typeof client.stacks.plan>>

/** From a file to its plan, to the job that applies that very plan. */
export interface Applying {
  readonly plan: StackPlan | null
  readonly job: Job | null
  readonly trouble: unknown
  readonly isPlanning: boolean
  readonly isApplying: boolean
  showPlan(): void
  apply(): void
  /** Back to the file, from its plan or from the job. */
  leave(): void
}

export function useApply(file: StackFile): Applying {
  const cache = useQueryClient()
  const [plan, setPlan] = useState<StackPlan | null>(null)
  const [started, setStarted] = useState<Job | null>(null)
  // A plan is for one text: any change asks for a new one.
  useEffect(() => setPlan(null), [file])
  const planning = useMutation({ mutationFn: () => client.stacks.plan(file), onSuccess: setPlan })
  const applying = useMutation({
    mutationFn: () => client.stacks.apply({ ...file, ...(plan ? { digest: plan.digest } : {}) }),
    onSuccess: (job) => {
      jobs.set(job)
      setStarted(job)
      void cache.invalidateQueries({ queryKey: keys.stacks })
    },
    onError: (error) => {
      if (error instanceof Problem && error.code === 'PLAN_CHANGED') setPlan(null)
    },
  })
  return {
    plan,
    job: useRow(jobs, started?.id ?? '') ?? started,
    trouble: applying.error ?? planning.error,
    isPlanning: planning.isPending,
    isApplying: applying.isPending,
    showPlan() {
      applying.reset()
      planning.mutate()
    },
    apply: () => applying.mutate(),
    leave() {
      setStarted(null)
      setPlan(null)
    },
  }
}
