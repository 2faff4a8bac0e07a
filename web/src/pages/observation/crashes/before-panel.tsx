import type { CrashReport } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { span } from '../../../ui/format/span.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { deploymentGlyph, stateWord } from '../../workloads/deployments/words.ts'

/** What changed last before it, and the alerts it raised. */
export function BeforePanel({ crash }: { crash: CrashReport }) {
  const { change, alerts } = crash
  return (
    <Panel title="Before it, and who was told" span={6}>
      {change === null ? (
        <p className="text-ink-3">No deployment or other change of it is known before.</p>
      ) : (
        <>
          <p className="text-ink">
            <b className="font-medium">{span(change.beforeMs)} before</b>:{' '}
            {change.deployment ? (
              <Go className="link" href={paths.deployment(change.deployment.id)}>
                {change.deployment.stack}, run {change.deployment.number}
                {change.deployment.release && ` to r${change.deployment.release.number}`} (
                {change.deployment.environment})
              </Go>
            ) : (
              change.title
            )}
          </p>
          {change.deployment && (
            <p className="flex items-center gap-2 pt-1">
              <Glyph state={deploymentGlyph(change.deployment.state)} />
              <span>{stateWord(change.deployment.state)}</span>
              <span className="text-ink-3">{change.deployment.outcome?.summary}</span>
            </p>
          )}
          <p className="meta pt-1">
            {moment(change.at)}
            {change.actor && `, by ${change.actor}`}
          </p>
        </>
      )}
      <h3 className="pt-3 pb-1 text-ink font-medium">Alerts</h3>
      {alerts === null && <p className="text-ink-3">You may not see alerts here, or none are kept.</p>}
      {alerts?.length === 0 && <p className="text-ink-3">No alert was raised around it.</p>}
      {alerts?.map((alert) => (
        <p key={alert.id} className="flex items-baseline gap-2 py-0.5">
          <Glyph
            state={alert.severity === 'critical' ? 'failed' : alert.severity === 'warning' ? 'degraded' : 'info'}
            label={alert.severity}
          />
          <Go className="link min-w-0 break-words" href={paths.alert(alert.id)}>
            {alert.rule}: {alert.message}
          </Go>
          <span className="meta ml-auto whitespace-nowrap">
            {alert.state}, <Age at={alert.firedAt} suffix=" ago" />
          </span>
        </p>
      ))}
    </Panel>
  )
}
