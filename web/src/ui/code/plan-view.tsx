import type { Plan, PlanStep } from '@wheelhouse/contract'
import { Glyph } from '../state/glyph.tsx'
import { plural } from '../format/number.ts'

const signs: Record<PlanStep['verb'], string> = { create: '+', change: '~', replace: '±', remove: '−', keep: '=' }
const order: readonly PlanStep['verb'][] = ['remove', 'replace', 'change', 'create', 'keep']

/** How many changes a plan makes; what is kept is none. */
export const changesOf = (plan: Plan): number => plan.steps.filter((step) => step.verb !== 'keep').length

/** Counts first, then each step with why. What goes stands before what comes. */
export function PlanView({ plan }: { plan: Plan }) {
  const steps = [...plan.steps].sort((a, b) => order.indexOf(a.verb) - order.indexOf(b.verb))
  const changing = steps.filter((step) => step.verb !== 'keep')
  const kept = steps.filter((step) => step.verb === 'keep')
  return (
    <div className="panel">
      <div className="panel-head flex-wrap py-2">
        <h2 className="whitespace-normal!">{plan.summary}</h2>
        <span className="meta">
          {order
            .filter((verb) => steps.some((step) => step.verb === verb))
            .map((verb) => `${steps.filter((step) => step.verb === verb).length} ${verb}`)
            .join(', ')}
        </span>
      </div>
      {plan.warnings.map((warning) => (
        <div key={warning} className="note warn mx-3 mb-2">
          <Glyph state="degraded" />
          <span>{warning}</span>
        </div>
      ))}
      {changing.map((step) => (
        <Step key={`${step.kind}-${step.name}`} step={step} />
      ))}
      {kept.length > 0 && (
        <details>
          <summary className="plan-step keep">
            <span className="sign">=</span>
            <span className="verb">keep</span>
            <span>
              {plural(kept.length, 'thing')} as {kept.length === 1 ? 'it is' : 'they are'}
            </span>
          </summary>
          {kept.map((step) => (
            <Step key={`${step.kind}-${step.name}`} step={step} />
          ))}
        </details>
      )}
      <Kept things={plan.kept} />
    </div>
  )
}

const fewKept = 5

/** What stays. The first few stand there; a long list would hide what goes. */
function Kept({ things }: { things: readonly string[] }) {
  if (things.length === 0) return null
  const [few, rest] = [things.slice(0, fewKept), things.slice(fewKept)]
  return (
    <div className="panel-foot block!">
      <p className="break-words">
        <b className="font-medium">Kept:</b> {few.join(', ')}
        {rest.length > 0 && ` and ${rest.length} more`}
      </p>
      {rest.length > 0 && (
        <details>
          <summary className="cursor-pointer">Show all {things.length}</summary>
          <ul className="max-h-48 overflow-auto" tabIndex={0} aria-label="All that is kept">
            {things.map((thing) => (
              <li key={thing} className="break-words">
                {thing}
              </li>
            ))}
          </ul>
        </details>
      )}
    </div>
  )
}

function Step({ step }: { step: PlanStep }) {
  return (
    <div className={`plan-step ${step.verb}`}>
      <span className="sign" aria-hidden>
        {signs[step.verb]}
      </span>
      <span className="verb">{step.verb}</span>
      <span className="text-ink">
        {step.name} <span className="text-ink-3">{step.kind}</span>
      </span>
      {step.reasons.length > 0 && (
        <ul>
          {step.reasons.map((reason) => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
