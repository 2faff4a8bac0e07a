import type { Job } from '@wheelhouse/contract'
import { isOver } from '../../../api/observation/jobs.ts'
import { millis, plural } from '../../../ui/format/number.ts'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Progress } from '../../../ui/state/meter.tsx'
import { stepGlyph } from './job-words.ts'

/** The steps of a job as they go, and how it ended. */
export function JobProgress({ job }: { job: Job }) {
  const done = job.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length
  return (
    <div className="panel" aria-live="polite">
      <div className="panel-head">
        <h2 className="cut">{(!isOver(job) && job.message) || job.title}</h2>
        <span className="meta whitespace-nowrap">
          {job.steps.length > 0 ? `step ${Math.min(done + 1, job.steps.length)} of ${job.steps.length}` : job.state}
        </span>
      </div>
      {!isOver(job) && (
        <div className="flex px-3 pb-3">
          <Progress value={job.progress} label={job.title} />
        </div>
      )}
      {job.error && (
        <div className="note mx-3 mb-3" role="alert">
          <Glyph state="failed" />
          <span className="break-words min-w-0">
            {job.error.message} <span className="mono text-ink-3">{job.error.errorCode}</span>
          </span>
        </div>
      )}
      {job.steps.map((step) => (
        <div key={step.name} className="step-line">
          <Glyph state={stepGlyph(step.state)} label={step.state} />
          <span className="min-w-0 break-words">
            <span className={step.state === 'waiting' ? 'text-ink-3' : 'text-ink'}>{step.name}</span>
            {step.message && !printed(step.message) && <span className="meta"> {step.message}</span>}
          </span>
          <span className="meta">{step.tookMs === null ? '' : millis(step.tookMs)}</span>
          {step.message && printed(step.message) && (
            <StepOutput
              text={step.message}
              name={step.name}
              open={step.state === 'running' || step.state === 'failed'}
            />
          )}
        </div>
      ))}
    </div>
  )
}

/** What a program printed, in place of a sentence. */
const printed = (message: string): boolean => message.includes('\n')

/** Its last lines stay in sight while they come; a step that went well folds what it printed. */
function StepOutput({ text, name, open }: { text: string; name: string; open: boolean }) {
  return (
    <details className="col-start-2 col-span-2 min-w-0" open={open}>
      <summary className="meta cursor-pointer">{plural(text.split('\n').length, 'line')}</summary>
      <section className="code output" aria-label={`Output of ${name}`} tabIndex={0}>
        <pre>{text}</pre>
      </section>
    </details>
  )
}
