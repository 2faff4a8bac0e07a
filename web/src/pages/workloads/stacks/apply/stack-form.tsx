import { useMemo, useRef, useState } from 'react'
import { wordsFor } from '../../../../api/trouble.ts'
import { Editor } from '../../../../ui/code/editor.tsx'
import type { EditorHandle } from '../../../../ui/code/editor/remark.ts'
import { PlanView } from '../../../../ui/code/plan-view.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { type Crumb, PageHead } from '../../../../ui/page/head.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { JobProgress } from '../../../observation/jobs/job-progress.tsx'
import { FilePick } from '../file-pick.tsx'
import { manifestSchema } from '../manifest-schema.ts'
import { ProblemList } from '../problem-list.tsx'
import { AdoptNotes } from './adopt-notes.tsx'
import { ApplyActs } from './apply-acts.tsx'
import { PlacePanel, placeOf, stackFile } from './place-panel.tsx'
import type { Origin } from './stack-origin.ts'
import { useApply } from './use-apply.ts'
import { useValidation } from './use-validation.ts'

interface Props {
  readonly origin: Origin
  readonly title: string
  readonly crumbs: readonly Crumb[]
}

/** Write or paste a file, see what is wrong and what would change, then apply that very plan. */
export function StackForm({ origin, title, crumbs }: Props) {
  const { known, draft } = origin
  const [source, setSource] = useState(origin.source)
  const [place, setPlace] = useState(() => placeOf(origin))
  const file = useMemo(() => stackFile(source, place, origin), [source, place, origin])
  const validation = useValidation(file)
  const applying = useApply(file)
  const editor = useRef<EditorHandle>(null)
  const { plan, job, trouble } = applying
  const format = validation.format ?? known?.format
  return (
    <>
      <PageHead
        title={title}
        crumbs={crumbs}
        meta={
          validation.format
            ? `${format === 'compose' ? 'a Compose file' : 'a wheelhouse.yaml'} with ${plural(validation.services.length, 'service')}`
            : 'a wheelhouse.yaml or a Compose file'
        }
        actions={!job && <FilePick onText={setSource} />}
      />
      <div className="page pt-2!">
        <div className="panels">
          {draft && !job && <AdoptNotes draft={draft} />}
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 7' }}>
            <Editor
              ref={editor}
              label="Stack file"
              value={source}
              onChange={setSource}
              remarks={validation.problems}
              {...(format === 'compose' ? {} : { schema: manifestSchema })}
            />
            <ProblemList
              problems={validation.problems}
              trouble={validation.error}
              onGo={(problem) => editor.current?.goTo(problem.line ?? 1, problem.column)}
            />
          </div>
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 5' }}>
            {!job && <PlacePanel place={place} known={known} nameInFile={validation.name} onChange={setPlace} />}
            {trouble != null && <TroubleBox trouble={wordsFor(trouble)} />}
            {plan && !job && <PlanView plan={plan} />}
            {job && <JobProgress job={job} />}
            {draft && job?.state === 'succeeded' && <p>{draft.name} is managed from here now.</p>}
            <ApplyActs
              applying={applying}
              adopts={draft !== null}
              stackId={known?.id ?? (plan ? `${plan.targetId}:${plan.stack}` : null)}
              isEmpty={source.trim() === ''}
              wrong={validation.problems.filter(({ severity }) => severity === 'error').length}
            />
          </div>
        </div>
      </div>
    </>
  )
}
