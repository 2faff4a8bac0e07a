import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Job } from '@wheelhouse/contract'
import { Problem } from '@wheelhouse/client'
import { useEffect, useMemo, useRef, useState } from 'react'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { isOver, jobs } from '../../../api/jobs.ts'
import { keys } from '../../../api/keys.ts'
import { useRow, useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Editor } from '../../../ui/code/editor.tsx'
import type { EditorHandle } from '../../../ui/code/editor/remark.ts'
import { changesOf, PlanView } from '../../../ui/code/plan-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextArea, TextField } from '../../../ui/control/field.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { JobProgress } from '../../observation/jobs/job-progress.tsx'
import { AdoptNotes } from './adopt-notes.tsx'
import { FileList, type Files } from './file-list.tsx'
import { FilePick } from './file-pick.tsx'
import { manifestSchema } from './manifest-schema.ts'
import { ProblemList } from './problem-list.tsx'
import { useValidation } from './use-validation.ts'
import { parseVariables } from './variables.ts'

type StackPlan = Awaited<ReturnType<typeof client.stacks.plan>>

const blank = `name: my-stack
services:
  clock:
    command: [sh, -c, 'while true; do date; sleep 5; done']
    directory: /tmp
`

const none: Files = {}

/** Write or paste a file, see what is wrong and what would change, then apply that very plan. */
export function ApplyStack() {
  const { id } = useParams({ strict: false })
  const [example] = useParam('example')
  const [adopted] = useParam('adopt')
  const cache = useQueryClient()
  const targetRows = useRows(targets)
  const before = useQuery({
    queryKey: keys.stack(id ?? ''),
    queryFn: () => client.stacks.get({ id: id ?? '' }),
    enabled: id !== undefined,
    staleTime: Infinity,
  })
  const drafted = useQuery({
    queryKey: keys.stackDraft(adopted),
    queryFn: () => client.stacks.draft({ id: adopted }),
    enabled: adopted !== '',
    staleTime: Infinity,
    gcTime: 0,
    retry: false,
  })
  const draft = drafted.data
  const examples = useQuery({ queryKey: keys.examples, queryFn: () => client.stacks.examples(), staleTime: Infinity })
  const sample = examples.data?.items.find((each) => each.name === example)
  const [typed, setTyped] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [target, setTarget] = useState('')
  const [folder, setFolder] = useState<string | null>(null)
  const [variables, setVariables] = useState('')
  const [typedFiles, setFiles] = useState<Files | null>(null)
  const [plan, setPlan] = useState<StackPlan | null>(null)
  const editor = useRef<EditorHandle>(null)
  const [started, setStarted] = useState<Job | null>(null)
  const source =
    typed ?? before.data?.source ?? draft?.source ?? sample?.source ?? (id || example || adopted ? '' : blank)
  const directory = folder ?? before.data?.directory ?? draft?.directory ?? sample?.directory ?? ''
  const files = typedFiles ?? draft?.files ?? none
  const file = useMemo(() => {
    const known = before.data ?? draft
    const place = target || known?.targetId
    const values = parseVariables(variables)
    return {
      source,
      ...(place ? { target: place } : {}),
      ...(known ? { name: known.name, format: known.format } : name.trim() ? { name: name.trim() } : {}),
      ...(directory ? { directory } : {}),
      ...(Object.keys(values).length > 0 ? { variables: values } : {}),
      ...(Object.keys(files).length > 0 ? { files } : {}),
      ...(draft ? { adopt: true } : {}),
    }
  }, [source, target, name, directory, variables, files, before.data, draft])
  const validation = useValidation(file)
  // A plan is for one text: any change asks for a new one.
  useEffect(() => setPlan(null), [file])

  const planning = useMutation({ mutationFn: () => client.stacks.plan(file), onSuccess: setPlan })
  const applying = useMutation({
    mutationFn: () => client.stacks.apply({ ...file, ...(plan ? { digest: plan.digest } : {}) }),
    onSuccess: (job) => {
      jobs.set(job)
      setStarted(job)
      void cache.invalidateQueries({ queryKey: keys.stacks })
    },
    onError: (error) => {
      if (error instanceof Problem && error.code === 'PLAN_CHANGED') setPlan(null)
    },
  })
  const job = useRow(jobs, started?.id ?? '') ?? started
  const trouble = applying.error ?? planning.error
  const title = id
    ? `Change ${before.data?.name ?? 'stack'}`
    : adopted
      ? `Adopt ${draft?.name ?? 'a stack'}`
      : 'Apply a stack'
  const wrong = validation.problems.filter((problem) => problem.severity === 'error').length
  const stackId = id ?? (plan ? `${plan.targetId}:${plan.stack}` : null)
  const crumbs = [
    { label: 'Stacks', href: paths.stacks() },
    ...(id && before.data ? [{ label: before.data.name, href: paths.stack(id) }] : []),
    ...(draft ? [{ label: draft.name, href: paths.stack(adopted) }] : []),
  ]
  if ((id && !before.data && !before.error) || (example && examples.isPending) || (adopted && drafted.isPending))
    return (
      <>
        <PageHead title={title} crumbs={crumbs} />
        <Skeleton />
      </>
    )
  return (
    <>
      <PageHead
        title={title}
        crumbs={crumbs}
        meta={
          validation.format
            ? `${validation.format === 'compose' ? 'a Compose file' : 'a wheelhouse.yaml'} with ${plural(validation.services.length, 'service')}`
            : 'a wheelhouse.yaml or a Compose file'
        }
        actions={!job && <FilePick onText={setTyped} />}
      />
      <div className="page pt-2!">
        {drafted.error && <TroubleBox trouble={wordsFor(drafted.error)} retry={() => void drafted.refetch()} />}
        {before.error && <TroubleBox trouble={wordsFor(before.error)} retry={() => void before.refetch()} />}
        <div className="panels">
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 7' }}>
            <Editor
              ref={editor}
              label="Stack file"
              value={source}
              onChange={setTyped}
              remarks={validation.problems}
              {...(validation.format === 'compose' ? {} : { schema: manifestSchema })}
            />
            <ProblemList
              problems={validation.problems}
              trouble={validation.error}
              onGo={(problem) => editor.current?.goTo(problem.line ?? 1, problem.column)}
            />
          </div>
          <div className="flex flex-col gap-3 min-w-0" style={{ gridColumn: 'span 5' }}>
            {draft && !job && <AdoptNotes draft={draft} />}
            {!job && (
              <Panel title="Where and how">
                <div className="flex flex-col gap-3">
                  {!id && !adopted && (
                    <TextField
                      label="Name"
                      hint={
                        validation.name ? `Empty: ${validation.name}, from the file.` : 'Empty: the name in the file.'
                      }
                      value={name}
                      spellCheck={false}
                      onChange={(event) => setName(event.target.value)}
                    />
                  )}
                  <SelectField
                    label="Target"
                    value={target || before.data?.targetId || draft?.targetId || ''}
                    disabled={id !== undefined || adopted !== ''}
                    onChange={(event) => setTarget(event.target.value)}
                  >
                    <option value="">The one that fits the file</option>
                    {targetRows.map((each) => (
                      <option key={each.id} value={each.id}>
                        {each.name}
                      </option>
                    ))}
                  </SelectField>
                  <details>
                    <summary className="text-ink font-medium">Folder, variables and files</summary>
                    <div className="flex flex-col gap-3 pt-3">
                      <TextField
                        label="Folder"
                        className="mono"
                        hint="On the target; relative paths in the file start here."
                        value={directory}
                        spellCheck={false}
                        onChange={(event) => setFolder(event.target.value)}
                      />
                      <TextArea
                        label="Variables"
                        className="mono"
                        hint="NAME=value, one a line, for ${NAME} in the file."
                        value={variables}
                        spellCheck={false}
                        onChange={(event) => setVariables(event.target.value)}
                      />
                      <FileList files={files} onChange={setFiles} />
                    </div>
                  </details>
                </div>
              </Panel>
            )}
            {trouble && <TroubleBox trouble={wordsFor(trouble)} />}
            {plan && !job && <PlanView plan={plan} />}
            {job && <JobProgress job={job} />}
            <div className="flex flex-wrap gap-2">
              {!job && !plan && (
                <Button
                  look="primary"
                  busy={planning.isPending}
                  disabled={source.trim() === ''}
                  onClick={() => planning.mutate()}
                >
                  Show plan
                </Button>
              )}
              {plan && !job && (
                <>
                  <Button look="primary" busy={applying.isPending} onClick={() => applying.mutate()}>
                    {changesOf(plan) === 0
                      ? draft
                        ? 'Adopt, nothing restarts'
                        : 'Apply, nothing changes'
                      : `Apply ${plural(changesOf(plan), 'change')}`}
                  </Button>
                  <Button look="ghost" onClick={() => setPlan(null)}>
                    Back to the file
                  </Button>
                </>
              )}
              {wrong > 0 && !plan && !job && (
                <span className="err self-center">{plural(wrong, 'error')} in the file</span>
              )}
              {job && isOver(job) && (
                <>
                  {job.state === 'succeeded' && stackId && (
                    <Go className="btn btn-primary" href={paths.stack(stackId)}>
                      Open stack
                    </Go>
                  )}
                  {!(draft && job.state === 'succeeded') && (
                    <Button
                      onClick={() => {
                        setStarted(null)
                        setPlan(null)
                      }}
                    >
                      {job.state === 'succeeded' ? 'Change it again' : 'Back to the file'}
                    </Button>
                  )}
                </>
              )}
            </div>
          </div>
        </div>
      </div>
    </>
  )
}
