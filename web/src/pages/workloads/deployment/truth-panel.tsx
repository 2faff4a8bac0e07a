import type { Deployment } from '@wheelhouse/contract'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { deploymentGlyph } from '../deployments/words.ts'
import { factsOf, sentenceOf } from './truth.ts'

/** What happened, what runs now, what was not undone, and what decided, with the evidence. */
export function TruthPanel({ run }: { run: Deployment }) {
  const glyph = deploymentGlyph(run.state)
  const bad = run.state === 'failed' || run.state === 'abandoned'
  const { outcome } = run
  return (
    <section className="panel truth" aria-label="What is true">
      <div className="truth-head" role={bad ? 'alert' : 'status'}>
        <span className="pt-1">
          <Glyph state={glyph} />
        </span>
        <div className="min-w-0">
          <h2 className="text-lead! break-words">{sentenceOf(run)}</h2>
          {outcome?.error && (
            <p className="break-words">
              {outcome.error.message === outcome.summary ? '' : outcome.error.message}{' '}
              <span className="mono text-ink-3">{outcome.error.errorCode}</span>
            </p>
          )}
        </div>
      </div>
      <dl className="truth-facts">
        {factsOf(run).map((fact) => (
          <div key={fact.term}>
            <dt>{fact.term}</dt>
            {fact.lines.map((line) => (
              <dd key={line} className={fact.tone === 'failed' ? 'text-failed-ink' : ''}>
                {fact.tone === 'running' && <Glyph state="running" />}
                <span className="min-w-0 break-words">{line}</span>
              </dd>
            ))}
            {fact.about && <dd className="about">{fact.about}</dd>}
          </div>
        ))}
      </dl>
      {outcome && (outcome.check !== null || outcome.logs.length > 0) && (
        <div className="evidence">
          {outcome.check && outcome.check.output !== '' && (
            <details open>
              <summary>What {outcome.check.name} said last</summary>
              <Output label={`Output of ${outcome.check.name}`} text={outcome.check.output} />
            </details>
          )}
          {outcome.logs.map((log) => (
            <details key={log.service}>
              <summary>
                The last {log.lines.length} lines of {log.service}
              </summary>
              <Output label={`Last lines of ${log.service}`} text={log.lines.join('\n')} />
            </details>
          ))}
        </div>
      )}
    </section>
  )
}

function Output({ label, text }: { label: string; text: string }) {
  return (
    // oxlint-disable-next-line jsx_a11y/no-noninteractive-tabindex -- a scroll area must be reachable by key
    <pre className="code evidence-text" role="region" aria-label={label} tabIndex={0}>
      {text}
    </pre>
  )
}
