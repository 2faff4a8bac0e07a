import { deploymentStates } from '@wheelhouse/contract/workloads/deployment-states'
import { Undo2, Upload } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useMay } from '../../../api/may.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { FilterBox } from '../../../ui/control/filter-box.tsx'
import { useKeys } from '../../../ui/control/keys.ts'
import { Go, useGo } from '../../../ui/control/link.tsx'
import { Pick } from '../../../ui/control/pick.tsx'
import { useParam, useSetParams } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { useMedia, usePhone } from '../../../ui/list/use-media.ts'
import { VirtualList } from '../../../ui/list/virtual-list.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { RollbackDialog } from '../releases/rollback-dialog.tsx'
import { DeploymentTabs } from './deployment-tabs.tsx'
import { DeploymentHead, deploymentColumns, DeploymentRow, narrowColumns } from './deployment-row.tsx'
import { Queue } from './queue.tsx'
import { useDeploymentRows } from './use-deployment-rows.ts'
import { evidenceOf, stateWord } from './words.ts'

const rowHeights: Record<string, number> = { compact: 28, default: 32, comfortable: 40 }
const any = { value: '', label: 'any' }

/** Every run of every stack, newest first; the queue on top. */
export function DeploymentList() {
  const [q, setQ] = useParam('q')
  const [stack, setStack] = useParam('stack')
  const [environment, setEnvironment] = useParam('environment')
  const [state, setState] = useParam('state')
  const [undoing] = useParam('rollback')
  const setParams = useSetParams()
  const filter = useMemo(() => ({ q, stack, environment, state }), [q, stack, environment, state])
  const { asked, known, queue, rows } = useDeploymentRows(filter)
  const phone = usePhone()
  const narrow = useMedia('(max-width: 1199px)')
  const may = useMay()
  const go = useGo()
  const [cursor, setCursor] = useState(-1)
  const here = rows[cursor]
  const move = (by: number): void => setCursor((at) => Math.max(0, Math.min(rows.length - 1, at + by)))
  const runs = may('deployments.run')
  useKeys('Deployments', [
    { keys: 'j', label: 'Next', run: () => move(1) },
    { keys: 'arrowdown', label: '', run: () => move(1) },
    { keys: 'k', label: 'Previous', run: () => move(-1) },
    { keys: 'arrowup', label: '', run: () => move(-1) },
    { keys: 'enter', label: 'Open', run: () => here && go(paths.deployment(here.id)) },
    ...(runs
      ? [
          { keys: 'd', label: 'Deploy…', run: () => go(paths.newDeployment(here ? { stack: here.stack } : {})) },
          { keys: 'c', label: 'Deploy…', run: () => go(paths.newDeployment()) },
          {
            keys: 'u',
            label: 'Roll back…',
            run: () => here && setParams({ rollback: `${here.stack}/${here.environment}` }),
          },
        ]
      : []),
  ])
  const stacks = useMemo(() => [...new Set(known.map((row) => row.stack))].sort(), [known])
  const environments = useMemo(() => [...new Set(known.map((row) => row.environment))].sort(), [known])
  const live = known.filter((row) => row.state === 'running' || row.state === 'rolling-back').length
  const waiting = known.filter((row) => row.state === 'waiting').length
  const filtered = q !== '' || stack !== '' || environment !== '' || state !== ''
  const height = phone ? 68 : (rowHeights[document.documentElement.dataset.density ?? 'default'] ?? 32)
  const [ofStack = '', ofEnvironment = ''] = undoing.split('/')
  return (
    <div className="fill" style={{ '--cols': narrow ? narrowColumns : deploymentColumns } as React.CSSProperties}>
      <PageHead
        title="Deployments"
        meta={
          live + waiting + queue.length === 0
            ? 'nothing runs now'
            : [
                live > 0 && `${live} live`,
                waiting > 0 && `${plural(waiting, 'approval')} to give`,
                queue.length > 0 && `${queue.length} queued`,
              ]
                .filter(Boolean)
                .join(', ')
        }
        actions={
          runs && (
            <>
              {stack !== '' && environment !== '' && (
                <Button icon={Undo2} onClick={() => setParams({ rollback: `${stack}/${environment}` })}>
                  Roll back…
                </Button>
              )}
              <Go className="btn btn-primary" href={paths.newDeployment(stack ? { stack } : {})}>
                <Upload className="icon-s" aria-hidden />
                Deploy…
              </Go>
            </>
          )
        }
      />
      <DeploymentTabs current="deployments" />
      <div className="toolbar">
        <FilterBox
          label="Filter deployments"
          placeholder="Filter by stack, release, person"
          value={q}
          onChange={setQ}
        />
        <Pick
          label="Stack"
          value={stack}
          onPick={setStack}
          options={[any, ...withChosen(stacks, stack).map((value) => ({ value, label: value }))]}
        />
        <Pick
          label="Environment"
          value={environment}
          onPick={setEnvironment}
          options={[any, ...withChosen(environments, environment).map((value) => ({ value, label: value }))]}
        />
        <Pick
          label="State"
          value={state}
          onPick={setState}
          options={[
            any,
            { value: 'failed,abandoned,rolled-back', label: 'did not go well' },
            ...deploymentStates.map((value) => ({ value, label: stateWord(value) })),
          ]}
        />
      </div>
      {asked.error && (
        <div className="p-4">
          <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
        </div>
      )}
      <Queue rows={queue} />
      {asked.isPending && known.length === 0 ? (
        <Skeleton rows={12} />
      ) : (
        <VirtualList
          label="Deployments"
          items={rows}
          keyOf={(row) => row.id}
          heightOf={(row) => (phone && evidenceOf(row) !== '' ? 88 : height)}
          layout={phone ? rows.map((row) => (evidenceOf(row) === '' ? 0 : 1)).join('') : `${height}`}
          cursor={cursor}
          head={!phone && rows.length > 0 && <DeploymentHead />}
          {...(asked.hasNextPage && !asked.isFetchingNextPage ? { onEnd: () => void asked.fetchNextPage() } : {})}
          empty={
            queue.length > 0 || asked.error ? null : filtered ? (
              <Empty
                title="No deployment matches."
                action={
                  <>
                    <Button onClick={() => setParams({ q: null, stack: null, environment: null, state: null })}>
                      Clear filters
                    </Button>
                    {asked.hasNextPage && (
                      <Button busy={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                        Look further back
                      </Button>
                    )}
                  </>
                }
              >
                {plural(known.length, 'deployment')} {known.length === 1 ? 'is' : 'are'} hidden by the filters.
              </Empty>
            ) : (
              <Empty
                title="Nothing has been deployed yet."
                action={
                  runs && (
                    <Go className="btn btn-primary" href={paths.newDeployment()}>
                      Deploy…
                    </Go>
                  )
                }
              >
                A deployment brings a folder with a wheelhouse.yaml from source to a verified service, and undoes itself
                when it fails.
              </Empty>
            )
          }
          render={(row, index) => <DeploymentRow row={row} index={index} card={phone} current={row === here} />}
        />
      )}
      {undoing !== '' && (
        <RollbackDialog stack={ofStack} environment={ofEnvironment} onClose={() => setParams({ rollback: null })} />
      )}
    </div>
  )
}

/** What a link asks for stays choosable although no row has it yet. */
const withChosen = (names: readonly string[], chosen: string): readonly string[] =>
  chosen === '' || names.includes(chosen) ? names : [chosen, ...names]
