import { useRef } from 'react'
import { Editor } from '../../../ui/code/editor.tsx'
import type { EditorHandle } from '../../../ui/code/editor/remark.ts'
import { Segment } from '../../../ui/control/pick.tsx'
import { TextField } from '../../../ui/control/field.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { FilePick } from '../stacks/file-pick.tsx'
import { manifestSchema } from '../stacks/manifest-schema.ts'
import { ProblemList } from '../stacks/problem-list.tsx'
import { FolderField } from './folder-field.tsx'
import { useKnownFolders } from './known-folders.ts'
import type { Described, Order } from './order.ts'

interface Props {
  readonly order: Order
  readonly described: Described | undefined
  readonly trouble: unknown
  readonly locked: boolean
  readonly onChange: (change: Partial<Order>) => void
}

const noProblems: Described['problems'] = []

/** Where the stack comes from: a folder, an example, or a text; with every problem in its line. */
export function SourcePanel({ order, described, trouble, locked, onChange }: Props) {
  const folders = useKnownFolders()
  const fresh = { apps: null, environment: '', strategy: '', skip: [] } as const
  const problems = described?.problems ?? noProblems
  const editor = useRef<EditorHandle>(null)
  return (
    <Panel
      title="Source"
      actions={
        !locked && (
          <Segment
            label="Source"
            value={order.mode}
            options={[
              { value: 'folder', label: 'A folder' },
              { value: 'text', label: 'A stack file' },
            ]}
            onPick={(mode) => onChange({ ...fresh, mode: mode === 'text' ? 'text' : 'folder' })}
          />
        )
      }
    >
      <div className="flex flex-col gap-3">
        {order.mode === 'folder' ? (
          <>
            <div className="grid gap-3 sm:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
              <FolderField value={order.directory} onChange={(directory) => onChange({ ...fresh, directory })} />
              <TextField
                label="Manifest"
                className="mono"
                hint="Its name in the folder."
                placeholder="wheelhouse.yaml"
                value={order.manifest}
                spellCheck={false}
                onChange={(event) => onChange({ manifest: event.target.value.trim() })}
              />
            </div>
            {order.directory === '' && folders.length > 0 && (
              <ul className="folders" aria-label="Folders that are known">
                {folders.slice(0, 12).map((folder) => (
                  <li key={folder.directory}>
                    <button type="button" onClick={() => onChange({ ...fresh, directory: folder.directory })}>
                      <span className="text-ink font-medium">{folder.name}</span>
                      <span className="mono text-ink-3 cut">{folder.directory}</span>
                      <span className="meta ml-auto">{folder.kind === 'example' ? 'example' : 'deployed before'}</span>
                    </button>
                  </li>
                ))}
              </ul>
            )}
            {described && (
              <details open={problems.length > 0}>
                <summary className="text-ink font-medium pb-2">
                  {order.manifest || 'wheelhouse.yaml'} as it is there
                </summary>
                <Editor
                  ref={editor}
                  label="The manifest as it is in the folder"
                  value={described.source}
                  remarks={problems}
                />
              </details>
            )}
          </>
        ) : (
          <>
            <div className="flex flex-wrap items-center gap-3">
              <FilePick onText={(text) => onChange({ ...fresh, text })} />
              <span className="meta">
                A pasted file has no folder: it can bring images and commands, not sources that must be built.
              </span>
            </div>
            <Editor
              ref={editor}
              schema={manifestSchema}
              label="Stack file"
              value={order.text}
              remarks={problems}
              {...(locked ? {} : { onChange: (text: string) => onChange({ text }) })}
            />
          </>
        )}
        <ProblemList
          problems={problems}
          trouble={trouble}
          onGo={(problem) => editor.current?.goTo(problem.line ?? 1, problem.column)}
        />
      </div>
    </Panel>
  )
}
