import { useParams } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '../../../../api/may.ts'
import { Unready } from '../../../../shell/unready.tsx'
import { paths } from '../../../../paths.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Go, useGo } from '../../../../ui/control/link.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { bytes, count } from '../../../../ui/format/number.ts'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { Badge } from '../../../../ui/state/badge.tsx'
import { LifeList } from '../lives/life-list.tsx'
import { queryOf } from '../search/ask.ts'
import { useSources } from '../search/sources.ts'
import { ForgetDialog } from './forget-dialog.tsx'
import { sourceGlyph, sourceWords } from './words.ts'

const crumbs = [
  { label: 'Logs', href: paths.logs() },
  { label: 'Kept logs', href: paths.keptLogs() },
]

/** What is kept of one service, there or gone, and its lives. */
export function KeptLog() {
  const { id = '' } = useParams({ strict: false })
  const go = useGo()
  const may = useMay()
  const [isForgetting, setForgetting] = useState(false)
  const asked = useSources({ service: id })
  const source = asked.data?.find((each) => each.id === id || each.serviceId === id) ?? asked.data?.[0]
  if (asked.data && !source)
    return (
      <>
        <PageHead title="Kept log" crumbs={crumbs} />
        <div className="page">
          <TroubleBox
            trouble={{
              what: 'No lines of this service are kept. They may have been forgotten.',
              code: 'NOT_FOUND',
              requestId: null,
            }}
            action={
              <Go className="btn" href={paths.keptLogs()}>
                Open kept logs
              </Go>
            }
          />
        </div>
      </>
    )
  if (!source)
    return (
      <Unready
        title="Kept log"
        crumbs={crumbs}
        asked={asked}
        wayOut={{ label: 'Open kept logs', href: paths.keptLogs() }}
      />
    )
  return (
    <>
      <PageHead
        title={source.name}
        tab={`${source.name}, kept log`}
        crumbs={crumbs}
        badge={<Badge state={sourceGlyph(source)}>{sourceWords[source.state]}</Badge>}
        meta={[source.stack, source.targetName].filter(Boolean).join(', ')}
        actions={
          <>
            {source.serviceId !== null && (
              <Go className="btn" href={paths.service(source.serviceId)}>
                Open service
              </Go>
            )}
            {may('settings.manage') && (
              <Button look="danger-quiet" icon={Trash2} onClick={() => setForgetting(true)}>
                Forget…
              </Button>
            )}
            <Go className="btn btn-primary" href={paths.logs(queryOf({ service: source.id, range: 'all' }))}>
              Search its lines
            </Go>
          </>
        }
      />
      <div className="page">
        {source.problem !== null && (
          <div className="note warn mb-3" role="status">
            {source.problem}
          </div>
        )}
        <div className="panels">
          <Panel title="Kept" span={12}>
            <Facts
              rows={[
                ['Lines', count(source.lines)],
                ['On disk', bytes(source.bytes)],
                ['First line', source.oldestAt === null ? null : moment(source.oldestAt)],
                ['Last line', source.newestAt === null ? null : moment(source.newestAt)],
                ['Target', source.targetName ?? `${source.targetId}, no longer registered`],
                source.stackService === null ? null : ['In its stack', source.stackService],
              ]}
            />
          </Panel>
          <Panel title="Lives" span={12} flush meta="newest first">
            <LifeList service={source.id} />
          </Panel>
        </div>
      </div>
      {isForgetting && (
        <ForgetDialog source={source} onDone={() => go(paths.keptLogs(), true)} onClose={() => setForgetting(false)} />
      )}
    </>
  )
}
