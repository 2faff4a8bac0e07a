import type { QuickAct, WidgetContent } from '@wheelhouse/contract'
import { useState } from 'react'
import { useActs } from '../../../../acts/use-acts.tsx'
import { actWords } from '../../../../acts/words.ts'
import { services } from '../../../../api/fleet.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Go } from '../../../../ui/control/link.tsx'
import { RollbackDialog } from '../../../workloads/releases/rollback-dialog.tsx'

type Judged = Extract<WidgetContent, { kind: 'actions' }>['acts'][number]

const shortName = (reference: string): string => reference.slice(reference.indexOf(':') + 1)
const labelOf = (act: QuickAct): string => {
  if (act.label) return act.label
  if (act.do === 'open') return act.path
  return act.do === 'rollback' ? `Roll back ${act.stack}…` : `${actWords[act.do].verb} ${shortName(act.service)}`
}

/** What can be done from here; each is asked, planned and audited as anywhere else. */
export function Buttons({ acts, judged }: { acts: readonly QuickAct[]; judged: readonly Judged[] }) {
  const { act: run, busy } = useActs()
  const [rollback, setRollback] = useState<Extract<QuickAct, { do: 'rollback' }> | null>(null)
  if (acts.length === 0) return <p className="text-ink-3">No button is set yet.</p>
  return (
    <div className="quick">
      {acts.map((act, index) => {
        const { allowed = false, why = null, serviceId = null } = judged[index] ?? {}
        const key = `${act.do} ${labelOf(act)}`
        if (act.do === 'open')
          return (
            <Go key={key} className="btn" href={act.path}>
              {labelOf(act)}
            </Go>
          )
        if (act.do === 'rollback')
          return (
            <Button key={key} disabled={!allowed} title={why ?? ''} onClick={() => setRollback(act)}>
              {labelOf(act)}
            </Button>
          )
        return (
          <Button
            key={key}
            icon={actWords[act.do].icon}
            disabled={!allowed}
            title={why ?? ''}
            busy={busy?.act === act.do && serviceId !== null && busy.ids.has(serviceId)}
            onClick={() => {
              const service = serviceId === null ? undefined : services.get(serviceId)
              if (service) run(act.do, [service])
            }}
          >
            {labelOf(act)}
          </Button>
        )
      })}
      {judged.some(({ allowed }) => !allowed) && (
        <p className="meta w-full">
          {judged.flatMap(({ allowed, why }) => (allowed || why === null ? [] : [why])).join(' ')}
        </p>
      )}
      {rollback && (
        <RollbackDialog
          stack={rollback.stack}
          environment={rollback.environment ?? ''}
          onClose={() => setRollback(null)}
        />
      )}
    </div>
  )
}
