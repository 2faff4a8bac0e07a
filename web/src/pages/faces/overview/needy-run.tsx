import type { Deployment } from '@wheelhouse/contract'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { EnvironmentMark } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { deploymentGlyph, evidenceOf, stateWord } from '../../workloads/deployments/words.ts'

/** A run that waits for an answer, or that ended where a person must look. */
export function NeedyRun({ run }: { run: Deployment }) {
  const glyph = deploymentGlyph(run.state)
  return (
    <div className="flex flex-wrap sm:flex-nowrap gap-3 border-t border-line px-3 py-2.5">
      <span className="pt-1">
        <Glyph state={glyph} label={stateWord(run.state)} />
      </span>
      <div className="min-w-0 grow basis-[calc(100%-100px)] sm:basis-0">
        <span className="flex flex-wrap items-center gap-x-2">
          <Go className="text-ink font-medium" href={paths.deployment(run.id)}>
            {run.stack} {run.number}
          </Go>
          <span className={`t-${glyph}`}>{stateWord(run.state)}</span>
          <EnvironmentMark name={run.environment} />
        </span>
        <p className="break-words">{evidenceOf(run)}</p>
      </div>
      <span className="meta whitespace-nowrap">
        <Age at={run.finishedAt ?? run.approval?.requestedAt ?? run.createdAt} />
      </span>
      <span className="pl-6 sm:pl-0">
        <Go className="btn" href={paths.deployment(run.id)}>
          {run.state === 'waiting' ? 'Decide…' : 'Open'}
        </Go>
      </span>
    </div>
  )
}
