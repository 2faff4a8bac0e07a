import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Target } from '@wheelhouse/contract'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { targets, useFleetState } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useMay } from '../../../api/may.ts'
import { useRow } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { targetGlyph } from '../../../shell/target-words.ts'
import { JsonView } from '../../../ui/code/json-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, StaleStrip, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Badge } from '../../../ui/state/badge.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { DiskPanel } from './disk-panel.tsx'
import { EngineEvents } from './engine-events.tsx'
import { engineFacts } from './info-words.ts'
import { PruneEngine } from './prune-engine.tsx'

/** The engine of a target itself: who it is, what it lacks, what its disk holds, what it tells. */
export function EnginePage() {
  const { id = '' } = useParams({ strict: false })
  const fleet = useFleetState()
  const target = useRow(targets, id)
  if (target) return <Known target={target} />
  return (
    <>
      <PageHead title="Engine" crumbs={[{ label: 'Targets', href: paths.targets() }]} />
      {fleet.phase === 'loading' ? (
        <Skeleton />
      ) : (
        <Empty
          title={`There is no target "${id}".`}
          action={
            <Go className="btn" href={paths.targets()}>
              Open targets
            </Go>
          }
        >
          It may have been removed.
        </Empty>
      )}
    </>
  )
}

function Known({ target }: { target: Target }) {
  const may = useMay()
  const [pruning, setPruning] = useState(false)
  const heard = target.state === 'connected'
  const asked = useQuery({
    queryKey: keys.engine(target.id),
    queryFn: () => client.engines.info({ target: target.id }),
    enabled: heard,
    staleTime: 60_000,
  })
  const manages = may('engines.manage', { targetId: target.id })
  const { version = {}, info = {}, warnings = [], lacks = [] } = asked.data ?? {}
  return (
    <>
      <PageHead
        title={`Engine of ${target.name}`}
        crumbs={[
          { label: 'Targets', href: paths.targets() },
          { label: target.name, href: paths.target(target.id) },
        ]}
        badge={<Badge state={targetGlyph(target)}>{target.state}</Badge>}
        meta={target.engine && `Docker ${target.engine.version}`}
        actions={
          <>
            <Go className="btn" href={paths.policies(target.id)}>
              Open policy
            </Go>
            {manages && heard && (
              <Button icon={Trash2} onClick={() => setPruning(true)}>
                Remove unused…
              </Button>
            )}
          </>
        }
      />
      {!heard && (
        <StaleStrip>
          {target.name} is not heard
          {target.observedAt && (
            <>
              {' '}
              for <Age at={target.observedAt} />
            </>
          )}
          . {target.reason} What it says of itself, and its events, come when it is back.
        </StaleStrip>
      )}
      <div className="page pt-2!">
        <div className="panels">
          <DiskPanel target={target} />
          {asked.error && (
            <div style={{ gridColumn: 'span 12' }}>
              <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
            </div>
          )}
          {asked.isPending && heard && (
            <div style={{ gridColumn: 'span 12' }}>
              <Skeleton />
            </div>
          )}
          {asked.data && (
            <>
              <Panel title="About" span={7}>
                <Facts rows={engineFacts(version, info)} />
              </Panel>
              <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 5' }}>
                {warnings.length > 0 && (
                  <Panel title="It warns" meta={String(warnings.length)}>
                    <ul className="flex flex-col gap-2">
                      {warnings.map((warning) => (
                        <li key={warning} className="flex gap-2">
                          <span className="pt-1">
                            <Glyph state="degraded" label="warning" />
                          </span>
                          <span className="min-w-0 break-words">{warning.replace(/^WARNING: /, '')}</span>
                        </li>
                      ))}
                    </ul>
                  </Panel>
                )}
                <Panel title="What it lacks" meta={plural(lacks.length, 'feature')}>
                  {lacks.length === 0 ? (
                    <p className="text-ink-3">Nothing that Wheelhouse knows of.</p>
                  ) : (
                    <ul className="flex flex-col gap-2">
                      {lacks.map(({ feature, reason }) => (
                        <li key={feature}>
                          <span className="text-ink">{feature}</span>
                          <span className="meta block">{reason}</span>
                        </li>
                      ))}
                    </ul>
                  )}
                </Panel>
              </div>
            </>
          )}
          {heard && <EngineEvents target={target} />}
          {asked.data && (
            <details className="panel" style={{ gridColumn: 'span 12' }}>
              <summary className="panel-head cursor-pointer">
                <h2>All it says of itself</h2>
              </summary>
              <div className="panel-body">
                <JsonView value={{ version, info }} label="what the engine says" />
              </div>
            </details>
          )}
        </div>
      </div>
      {pruning && <PruneEngine target={target} onClose={() => setPruning(false)} />}
    </>
  )
}
