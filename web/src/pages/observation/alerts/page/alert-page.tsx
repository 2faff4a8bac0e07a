import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { useMay } from '../../../../api/may.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { paths } from '../../../../paths.ts'
import { Unready } from '../../../../shell/unready.tsx'
import { Button } from '../../../../ui/control/button.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { toast } from '../../../../ui/overlay/toast.tsx'
import { PageHead } from '../../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../../ui/page/panel.tsx'
import { Badge } from '../../../../ui/state/badge.tsx'
import { AlertTable } from '../alert-table.tsx'
import { glyphOf, heldBy, stateWords } from '../alert-words.ts'
import { NoteDialog } from '../note-dialog.tsx'
import { AlertActs } from './alert-acts.tsx'
import { Evidence } from './evidence.tsx'
import { Steps } from './steps.tsx'

/** One alert: what is so, what was known, what may mend it, and what happened to it. */
export function AlertPage() {
  const { id = '' } = useParams({ strict: false })
  const may = useMay()
  const cache = useQueryClient()
  const [asking, setAsking] = useState<'acknowledge' | 'snooze' | null>(null)
  const asked = useQuery({
    queryKey: keys.alert(id),
    queryFn: () => client.alerts.get({ id }),
    refetchInterval: 15_000,
  })
  const reopen = useMutation({
    mutationFn: () => client.alerts.reopen({ id }),
    onSuccess: ({ number }) => toast({ state: 'degraded', title: `#${number} is open again` }),
    onError: (error) =>
      toast({ state: 'failed', title: 'It was not opened again', detail: wordsFor(error).what, stays: true }),
    onSettled: () => cache.invalidateQueries({ queryKey: keys.alerts }),
  })
  const crumbs = [{ label: 'Alerts', href: paths.alerts() }]
  const alert = asked.data
  if (!alert)
    return (
      <Unready title="Alert" crumbs={crumbs} asked={asked} wayOut={{ label: 'Open alerts', href: paths.alerts() }} />
    )
  const place = {
    ...(alert.targetId === null ? {} : { targetId: alert.targetId }),
    ...(alert.serviceId === null ? {} : { serviceId: alert.serviceId }),
  }
  const mayAct = may('alerts.acknowledge', place) && alert.state !== 'cleared'
  return (
    <>
      <PageHead
        title={alert.subject}
        tab={`#${alert.number} ${alert.subject}`}
        crumbs={crumbs}
        badge={
          <Badge state={glyphOf(alert)}>{alert.state === 'open' ? alert.severity : stateWords[alert.state]}</Badge>
        }
        meta={`#${alert.number}, ${alert.rule}`}
        actions={
          mayAct && (
            <>
              {alert.state !== 'open' && (
                <Button busy={reopen.isPending} onClick={() => reopen.mutate()}>
                  Open again
                </Button>
              )}
              <Button onClick={() => setAsking('snooze')}>Snooze…</Button>
              {alert.state !== 'acknowledged' && (
                <Button look="primary" onClick={() => setAsking('acknowledge')}>
                  Acknowledge…
                </Button>
              )}
            </>
          )
        }
      />
      <div className="page">
        <p className="text-ink pb-2 break-words">{alert.message}</p>
        {heldBy(alert) !== '' && <p className="meta pb-2">{heldBy(alert)}</p>}
        <AlertActs acts={alert.acts} />
        <div className="panels even">
          <Panel title="About" span={5}>
            <Facts
              rows={[
                ['Since', moment(alert.firedAt)],
                alert.clearedAt === null ? null : ['Over since', moment(alert.clearedAt)],
                alert.snoozedUntil === null ? null : ['Snoozed until', moment(alert.snoozedUntil)],
                alert.serviceId === null
                  ? null
                  : [
                      'Service',
                      <Go key="s" className="link" href={paths.service(alert.serviceId)}>
                        {alert.subject}
                      </Go>,
                    ],
                alert.targetId === null
                  ? null
                  : [
                      'Target',
                      <Go key="t" className="link" href={paths.target(alert.targetId)}>
                        {alert.targetId}
                      </Go>,
                    ],
                alert.stack === null ? null : ['Stack', alert.stack],
                alert.parentId === null
                  ? null
                  : [
                      'Part of',
                      <Go key="p" className="link" href={paths.alert(alert.parentId)}>
                        the alert that is told for it
                      </Go>,
                    ],
                ['Messages', alert.told === 0 ? 'none' : String(alert.told)],
                alert.evidence?.summary == null ? null : ['What to do', alert.evidence.summary],
              ]}
            />
          </Panel>
          <Panel title="What happened" span={7} flush>
            <Steps steps={alert.steps} />
          </Panel>
          {alert.evidence && <Evidence evidence={alert.evidence} alert={alert} />}
          {alert.folded.length > 0 && (
            <Panel title="With it" meta={String(alert.children)} flush>
              <AlertTable alerts={alert.folded} />
            </Panel>
          )}
        </div>
      </div>
      {asking && <NoteDialog act={asking} alerts={[alert]} onClose={() => setAsking(null)} />}
    </>
  )
}
