import type { Plan, Preflight } from '@wheelhouse/contract'
import { useState } from 'react'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { listed, plural } from '../../../ui/format/number.ts'
import { DestroyDialog } from '../../../ui/overlay/destroy-dialog.tsx'
import { EnvironmentTag } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { type Described, needsName, type Order, tickedApps } from './order.ts'
import { warnings } from './preflight-groups.ts'
import { PreflightPanel } from './preflight-panel.tsx'

interface Props {
  readonly order: Order
  readonly described: Described
  readonly preflight: Preflight
  /** Null where the checks failed, or the server would not plan. */
  readonly plan: Plan | null
  readonly busy: boolean
  readonly starting: boolean
  readonly onForce: () => void
  readonly onAgain: () => void
  readonly onBack: () => void
  readonly onStart: () => void
}

/** What was found and what would happen; then the one button. */
export function Review(props: Props) {
  const { order, described, preflight, plan } = props
  const [asking, setAsking] = useState(false)
  const environment = order.environment || described.environment || 'its environment'
  const apps = tickedApps(order, described).length
  const name = described.name ?? 'the stack'
  const what = described.apps.length === 0 ? name : plural(apps, 'app')
  const warned = warnings(preflight)
  const held = preflight.ok && warned > 0 && !order.force
  const act = `Deploy ${what} to ${environment}`
  const leaving = plan?.steps.filter((step) => step.verb === 'remove' || step.verb === 'replace') ?? []
  return (
    <>
      <PreflightPanel preflight={preflight} />
      {held && (
        <div className="note warn">
          <Glyph state="degraded" />
          <span className="grow">
            {warned === 1 ? 'A check warns' : `${warned} checks warn`}, so a deployment would stop at preflight.
          </span>
          <Button busy={props.busy} onClick={props.onForce}>
            Go on although {warned === 1 ? 'it warns' : 'they warn'}
          </Button>
        </div>
      )}
      {plan && <PlanView plan={plan} />}
      <div className="flex flex-wrap gap-2">
        {plan && preflight.ok && (
          <Button
            look="primary"
            disabled={held || (described.apps.length > 0 && apps === 0)}
            busy={props.starting}
            onClick={() => (needsName(plan, described, environment) ? setAsking(true) : props.onStart())}
          >
            {act}
            {needsName(plan, described, environment) && '…'}
          </Button>
        )}
        <Button busy={props.busy} onClick={props.onAgain}>
          Check again
        </Button>
        <Button look="ghost" onClick={props.onBack}>
          Back to the choices
        </Button>
      </div>
      {asking && plan && (
        <DestroyDialog
          title={`Deploy ${name} to ${environment}?`}
          typeName={name}
          keep="Keep what runs"
          act={act}
          busy={props.starting}
          onAct={props.onStart}
          onClose={() => setAsking(false)}
        >
          <p>
            <EnvironmentTag name={environment} />
          </p>
          <p>
            This replaces what people reach from outside: <b>{listed(leaving.map((step) => step.name))}</b>.
          </p>
          <p>
            <b>Kept:</b>{' '}
            {order.rollbackOnError
              ? 'the release that serves now comes back by itself when a check fails.'
              : 'nothing comes back by itself: rollback on error is off.'}
          </p>
        </DestroyDialog>
      )}
    </>
  )
}
