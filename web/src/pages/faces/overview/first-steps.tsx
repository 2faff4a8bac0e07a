import { useMutation, useQuery } from '@tanstack/react-query'
import type { Job, Plan } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { isOver, jobs } from '../../../api/observation/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { JobProgress } from '../../observation/jobs/job-progress.tsx'

/** For a house with nothing in it yet: something real in one click, then one's own engine, then the command line. */
export function FirstSteps() {
  const may = useMay()
  const [plan, setPlan] = useState<Plan | null>(null)
  const [started, setStarted] = useState<Job | null>(null)
  const examples = useQuery({ queryKey: keys.examples, queryFn: () => client.stacks.examples() })
  const hello = examples.data?.items.find((each) => each.name === 'hello') ?? examples.data?.items[0]
  const file = hello && { source: hello.source, format: hello.format, directory: hello.directory, name: hello.name }
  const planning = useMutation({ mutationFn: async () => (file ? client.stacks.plan(file) : null), onSuccess: setPlan })
  const applying = useMutation({
    mutationFn: async () => (file ? client.stacks.apply({ ...file, ...(plan ? { digest: plan.digest } : {}) }) : null),
    onSuccess: (job) => {
      if (job) jobs.set(job)
      setStarted(job)
    },
  })
  const job = useRow(jobs, started?.id ?? '') ?? started
  const trouble = planning.error ?? applying.error
  const command = `npx wh login ${window.location.origin}`
  return (
    <Panel title="First steps" span={12}>
      <ol className="grid gap-5 lg:grid-cols-[1.6fr_1fr_1fr]">
        <li className="flex flex-col gap-2 min-w-0">
          <h3 className="text-ink!">1 See something run</h3>
          <p>
            {hello?.description
              ? hello.description
              : 'Three small services as processes of this machine: a web page, an API and a worker.'}
          </p>
          {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
          {!job && plan && <PlanView plan={plan} />}
          {job && <JobProgress job={job} />}
          <div className="flex flex-wrap gap-2">
            {!plan && !job && may('stacks.apply') && (
              <Button look="primary" disabled={!hello} busy={planning.isPending} onClick={() => planning.mutate()}>
                Try the example stack
              </Button>
            )}
            {plan && !job && (
              <>
                <Button look="primary" busy={applying.isPending} onClick={() => applying.mutate()}>
                  Apply {plan.steps.filter((step) => step.verb !== 'keep').length} changes
                </Button>
                <Button look="ghost" onClick={() => setPlan(null)}>
                  Not now
                </Button>
              </>
            )}
            {job && isOver(job) && job.state !== 'succeeded' && (
              <Button
                onClick={() => {
                  setStarted(null)
                  setPlan(null)
                }}
              >
                Plan again
              </Button>
            )}
            {job && isOver(job) && (
              <Go className="btn btn-primary" href={paths.services('?stack=hello')}>
                Open its services
              </Go>
            )}
            {!job && (
              <Go className="btn btn-ghost" href={paths.newStack('hello')}>
                Read the file
              </Go>
            )}
          </div>
        </li>
        <li className="flex flex-col gap-2">
          <h3 className="text-ink!">2 Add a Docker engine</h3>
          <p>One on the usual socket is found by itself. Others are registered with their address and certificates.</p>
          {may('targets.manage') && (
            <span>
              <Go className="btn" href={`${paths.targets()}?add=1`}>
                Add a Docker engine…
              </Go>
            </span>
          )}
        </li>
        <li className="flex flex-col gap-2 min-w-0">
          <h3 className="text-ink!">3 Use the command line</h3>
          <p>The same operations, from a terminal.</p>
          <div className="code flex items-center pl-3">
            <span className="grow overflow-x-auto whitespace-nowrap py-1">$ {command}</span>
            <CopyButton text={command} />
          </div>
        </li>
      </ol>
    </Panel>
  )
}
