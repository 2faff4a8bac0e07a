import type { Preflight, PreflightCheck } from '@wheelhouse/contract'
import { millis } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { groupChecks, preflightWords } from './preflight-groups.ts'

const glyphOf = (check: PreflightCheck) => (check.ok ? 'succeeded' : check.severity === 'error' ? 'failed' : 'degraded')

/** Everything that was looked at, failures first, each with its cure. */
export function PreflightPanel({ preflight }: { preflight: Preflight }) {
  return (
    <Panel title={preflightWords(preflight)} flush meta={`in ${millis(preflight.tookMs)}, nothing was changed`}>
      <div role="status" aria-label={preflightWords(preflight)}>
        {groupChecks(preflight.checks).map((group) => {
          const bad = group.checks.filter((check) => !check.ok)
          const well = group.checks.filter((check) => check.ok)
          return (
            <section key={group.group} aria-label={group.title} className="panel-line">
              {bad.length > 0 && <h3 className="px-3 pt-2 pb-1">{group.title}</h3>}
              {bad.map((check) => (
                <Check key={check.id} check={check} />
              ))}
              {well.length > 0 && (
                <details>
                  <summary className="check-row border-t-0!">
                    <Glyph state="succeeded" />
                    <span>
                      <span className="text-ink">{group.title}</span>{' '}
                      <span className="text-ink-3">
                        {well.length} {well.length === 1 ? 'check' : 'checks'} passed
                      </span>
                    </span>
                  </summary>
                  {well.map((check) => (
                    <Check key={check.id} check={check} />
                  ))}
                </details>
              )}
            </section>
          )
        })}
      </div>
    </Panel>
  )
}

function Check({ check }: { check: PreflightCheck }) {
  return (
    <div className="check-row">
      <Glyph state={glyphOf(check)} label={check.ok ? 'passed' : check.severity} />
      <span className="min-w-0 break-words">
        <span className="text-ink">{check.title}</span>{' '}
        <span className={check.ok ? 'text-ink-3' : `t-${glyphOf(check)}`}>{check.message}</span>
      </span>
      <span className="text-ink-3">{millis(check.tookMs)}</span>
      {check.fix && !check.ok && <span className="fix break-words">{check.fix}</span>}
    </div>
  )
}
