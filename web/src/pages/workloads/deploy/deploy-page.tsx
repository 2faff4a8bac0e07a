import { useMutation } from '@tanstack/react-query'
import type { Plan, Preflight } from '@wheelhouse/contract'
import { useEffect, useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import { answered } from '../../../api/deployments.ts'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { EnvironmentTag } from '../../../ui/state/environment.tsx'
import { ChoicePanel } from './choice-panel.tsx'
import { useKnownFolders } from './known-folders.ts'
import { emptyOrder, type Order, sourceOf, startInput } from './order.ts'
import { Review } from './review.tsx'
import { SourcePanel } from './source-panel.tsx'
import { useDescribed } from './use-described.ts'

const steps = ['Source', 'What and how', 'Checks and plan'] as const

/** From a folder to a plan that was seen, then the run. */
export function DeployPage() {
  const go = useGo()
  const may = useMay()
  const [stack] = useParam('stack')
  const [environment] = useParam('environment')
  const [directory] = useParam('directory')
  const [manifest] = useParam('manifest')
  const [order, setOrder] = useState<Order>({ ...emptyOrder, directory, manifest, environment })
  const folders = useKnownFolders()
  // A link that names a stack means the folder it was deployed from last.
  const folder = folders.find((each) => each.kind === 'deployed' && each.name === stack)
  useEffect(() => {
    if (stack !== '' && folder)
      setOrder((now) => (now.directory === '' ? { ...now, directory: folder.directory } : now))
  }, [stack, folder?.directory])
  const source = useMemo(() => sourceOf(order), [order])
  const described = useDescribed(source)
  const [seen, setSeen] = useState<{ preflight: Preflight; plan: Plan | null } | null>(null)
  const review = useMutation({
    mutationFn: async (asked: Order) => {
      const [from, input] = [sourceOf(asked), startInput(asked)]
      if (!from || !input) throw new Error('There is nothing to deploy yet.')
      const preflight = await client.deployments.check(from)
      // A plan of what cannot begin would only mislead.
      const plan = preflight.ok ? await client.deployments.start.plan(input) : null
      return { preflight, plan }
    },
    // Kept apart from the call, so that it stays in sight while it is checked again.
    onSuccess: setSeen,
  })
  const start = useMutation({
    mutationFn: async () => {
      const input = startInput(order)
      if (!input) throw new Error('There is nothing to deploy yet.')
      return answered(null, () => client.deployments.start(input))
    },
    onSuccess: (row) => {
      go(paths.deployment(row.id))
    },
  })
  const change = (part: Partial<Order>): void => {
    // A plan is for one order: any change asks for a new one.
    setSeen(null)
    review.reset()
    start.reset()
    setOrder((now) => ({ ...now, ...part }))
  }
  const known = source === null ? undefined : described.data
  const wrong = known?.problems.filter((problem) => problem.severity === 'error').length ?? 0
  const at = seen ? 2 : known ? 1 : 0
  const trouble = start.error ?? review.error
  const place = order.environment || known?.environment
  if (!may('deployments.run'))
    return (
      <>
        <PageHead title="Deploy" crumbs={[{ label: 'Deployments', href: paths.deployments() }]} />
        <Empty title="You may see deployments, not start one.">An administrator can give you the role developer.</Empty>
      </>
    )
  return (
    <>
      <PageHead
        title={known?.name ? `Deploy ${known.name}` : 'Deploy'}
        crumbs={[{ label: 'Deployments', href: paths.deployments() }]}
        badge={place && known && <EnvironmentTag name={place} />}
        meta={
          known && (
            <>
              {plural(known.apps.length, 'app')}, {plural(known.services.length, 'service')},{' '}
              {plural(known.stages.length, 'stage')}
            </>
          )
        }
      />
      <ol className="steps" aria-label="Steps">
        {steps.map((step, i) => (
          <li key={step} aria-current={i === at ? 'step' : undefined}>
            <span className="num">{i + 1}</span> {step}
          </li>
        ))}
      </ol>
      <div className="page pt-2!">
        <div className="panels">
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 7' }}>
            <SourcePanel
              order={order}
              described={known}
              trouble={described.error}
              locked={seen !== null}
              onChange={change}
            />
          </div>
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 5' }}>
            {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
            {!known && source === null && (
              <Panel title="What and where">
                <p className="text-ink-3">Choose a folder or write a stack file first.</p>
              </Panel>
            )}
            {!known && source !== null && !described.error && <Skeleton rows={5} />}
            {known && !seen && <ChoicePanel order={order} described={known} onChange={change} />}
            {known && !seen && (
              <div className="flex flex-wrap items-center gap-2">
                <Button
                  look="primary"
                  busy={review.isPending || (!described.settled && wrong === 0)}
                  disabled={wrong > 0}
                  onClick={() => review.mutate(order)}
                >
                  Check and plan
                </Button>
                {wrong > 0 ? (
                  <span className="err">{plural(wrong, 'error')} in the manifest</span>
                ) : (
                  <span className="meta">Nothing is changed by that.</span>
                )}
              </div>
            )}
            {known && seen && (
              <Review
                order={order}
                described={known}
                preflight={seen.preflight}
                plan={seen.plan}
                busy={review.isPending}
                starting={start.isPending}
                onForce={() => {
                  const forced = { ...order, force: true }
                  setOrder(forced)
                  review.mutate(forced)
                }}
                onAgain={() => review.mutate(order)}
                onBack={() => {
                  setSeen(null)
                  review.reset()
                  start.reset()
                }}
                onStart={() => start.mutate()}
              />
            )}
          </div>
        </div>
      </div>
    </>
  )
}
