import '../configs.css'
import { useQuery } from '@tanstack/react-query'
import type { ConfigProblem } from '@wheelhouse/contract'
import { useEffect, useRef, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { readAll } from '../../../../api/stream.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Editor } from '../../../../ui/code/editor.tsx'
import type { EditorHandle } from '../../../../ui/code/editor/remark.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { Segment } from '../../../../ui/control/pick.tsx'
import { plural } from '../../../../ui/format/number.ts'
import { Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'
import { ChangeDialog } from '../change-dialog.tsx'
import { Difference } from '../difference.tsx'
import type { WholeConfig } from '../whole-config.ts'
import { type Format, formats } from './formats.ts'
import { ProblemList } from '../problem-list.tsx'
import { useConfigCheck } from '../use-config-check.ts'

/** Somebody saved while another typed: what they changed, and a way on that does not take it back unseen. */
function NewerVersion({ config, from, onTake }: { config: WholeConfig; from: number; onTake: () => void }) {
  const [shown, setShown] = useState(false)
  return (
    <div className="flex flex-col gap-2">
      <div className="note warn" role="status">
        <span className="grow">
          Version {config.version} by {config.changedBy} came while you typed on version {from}. Yours cannot be saved
          on the old one: take into your text what you want to keep of theirs.
        </span>
        <Button onClick={() => setShown(!shown)}>{shown ? 'Hide what changed' : 'Show what changed'}</Button>
        <Button onClick={onTake}>Go on from version {config.version}</Button>
      </div>
      {shown && <Difference input={{ id: config.id, from, to: config.version }} />}
    </div>
  )
}

/** The whole config as text. Secrets read [secret], and one that is left so keeps its value. */
export function EditorTab({ config, manages }: { config: WholeConfig; manages: boolean }) {
  const [format, setFormat] = useState<Format>('env')
  const [typed, setTyped] = useState<{ text: string; version: number } | null>(null)
  const [saving, setSaving] = useState(false)
  const editor = useRef<EditorHandle>(null)
  const source = useQuery({
    queryKey: keys.configText(config.id, format, config.version),
    queryFn: async () => (await readAll(await client.configs.export({ id: config.id, format }))).text(),
    staleTime: Infinity,
  })
  const text = typed?.text ?? source.data ?? ''
  const check = useConfigCheck({ id: config.id, text, format }, source.data !== undefined)
  const unsaved = typed !== null && typed.text !== source.data
  useEffect(() => {
    if (!unsaved) return undefined
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault()
    window.addEventListener('beforeunload', ask)
    return () => window.removeEventListener('beforeunload', ask)
  }, [unsaved])
  if (source.error) return <TroubleBox trouble={wordsFor(source.error)} retry={() => void source.refetch()} />
  if (source.data === undefined) return <Skeleton />
  const errors = check.problems.filter(({ severity }) => severity === 'error').length
  const go = (problem: ConfigProblem): void => editor.current?.goTo(problem.line ?? 1)
  const behind = unsaved && typed.version !== config.version
  const input = { id: config.id, text, format, replace: true, version: typed?.version ?? config.version }
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <Segment
          label="Format"
          value={format}
          options={formats}
          onPick={(next) => {
            if (!unsaved) {
              setTyped(null)
              setFormat(next as Format)
            }
          }}
        />
        <span className="meta">
          {unsaved ? 'Save or discard to see another format.' : 'A secret that stays [secret] keeps its value.'}
        </span>
      </div>
      {behind && (
        <NewerVersion
          config={config}
          from={typed.version}
          onTake={() => setTyped({ text: typed.text, version: config.version })}
        />
      )}
      <Editor
        // To undo must not lead back into another format.
        key={format}
        ref={editor}
        label={`${config.name} as text`}
        language={format}
        schema={() => config.schema}
        value={text}
        remarks={check.problems}
        {...(manages
          ? {
              onChange: (next: string) => setTyped((now) => ({ text: next, version: now?.version ?? config.version })),
            }
          : {})}
      />
      <ProblemList problems={check.problems} trouble={check.error} onGo={go} />
      {unsaved && (
        <div className="save-bar" role="region" aria-label="Unsaved changes">
          <span className="text-ink">Not saved</span>
          {errors > 0 && <span className="err">{plural(errors, 'error')}</span>}
          <span className="ml-auto flex gap-2">
            <Button onClick={() => setTyped(null)}>Discard</Button>
            <Button look="primary" disabled={behind} onClick={() => setSaving(true)}>
              Review and save…
            </Button>
          </span>
        </div>
      )}
      {saving && (
        <ChangeDialog
          title={`Save ${config.name}`}
          act="Save changes"
          set={config}
          plan={() => client.configs.import.plan(input)}
          run={(reason) => client.configs.import({ ...input, reason: reason || 'edited as text' })}
          onDone={() => {
            setSaving(false)
            setTyped(null)
          }}
          onClose={() => setSaving(false)}
        />
      )}
    </div>
  )
}
