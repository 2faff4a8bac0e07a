import type { ConfigProblem } from '@wheelhouse/contract'
import { useMutation } from '@tanstack/react-query'
import { Download, Upload } from 'lucide-react'
import { useRef, useState } from 'react'
import { client } from '../../../../api/client.ts'
import { readAll } from '../../../../api/stream.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { Editor } from '../../../../ui/code/editor.tsx'
import type { EditorHandle } from '../../../../ui/code/editor/remark.ts'
import { Button } from '../../../../ui/control/button.tsx'
import { CheckLine } from '../../../../ui/control/field.tsx'
import { Segment } from '../../../../ui/control/pick.tsx'
import { save } from '../../../../ui/format/csv.ts'
import { Panel } from '../../../../ui/page/panel.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { ChangeDialog } from '../change-dialog.tsx'
import type { WholeConfig } from '../whole-config.ts'
import { type Format, formats, languageOf } from './formats.ts'
import { ProblemList } from '../problem-list.tsx'
import { useConfigCheck } from '../use-config-check.ts'

const noProblems: readonly ConfigProblem[] = []
const told = [{ value: '', label: 'Told from the text' }, ...formats]

/** Values from a file into this config, and out of it. */
export function TransferTab({ config, manages }: { config: WholeConfig; manages: boolean }) {
  return (
    <div className="panels">
      {manages && <ImportPanel config={config} />}
      <ExportPanel config={config} manages={manages} />
    </div>
  )
}

function ImportPanel({ config }: { config: WholeConfig }) {
  const [text, setText] = useState('')
  const [format, setFormat] = useState('')
  const [replace, setReplace] = useState(false)
  const [taking, setTaking] = useState(false)
  const file = useRef<HTMLInputElement>(null)
  const editor = useRef<EditorHandle>(null)
  const given = format === '' ? {} : { format: format as Format }
  const check = useConfigCheck({ text, ...given })
  const input = { id: config.id, text, replace, ...given }
  return (
    <Panel title="Import" span={8}>
      <div className="flex flex-col gap-3">
        <input
          ref={file}
          type="file"
          accept=".env,.json,.yaml,.yml,text/plain"
          className="vh"
          tabIndex={-1}
          aria-label="File from this computer"
          onChange={(event) => {
            void event.target.files?.[0]?.text().then(setText)
            event.target.value = ''
          }}
        />
        <div className="flex flex-wrap items-center gap-2">
          <Segment label="Format of the text" value={format} options={told} onPick={setFormat} />
          <Button icon={Upload} onClick={() => file.current?.click()}>
            Open a file…
          </Button>
        </div>
        <Editor
          ref={editor}
          label="Text to import"
          language={format === '' ? languageOf(text) : (format as Format)}
          schema={() => config.schema}
          value={text}
          onChange={setText}
          remarks={text.trim() === '' ? noProblems : check.problems}
        />
        {text.trim() !== '' && (
          <ProblemList
            problems={check.problems}
            trouble={check.error}
            onGo={(problem) => editor.current?.goTo(problem.line ?? 1)}
          />
        )}
        <CheckLine
          label="Remove values that are not in the text"
          hint="They stay unless you say so."
          checked={replace}
          onChange={(event) => setReplace(event.target.checked)}
        />
        <div>
          <Button look="primary" disabled={text.trim() === ''} onClick={() => setTaking(true)}>
            Review and import…
          </Button>
        </div>
      </div>
      {taking && (
        <ChangeDialog
          title={`Import into ${config.name}`}
          act="Import values"
          set={config}
          plan={() => client.configs.import.plan(input)}
          run={(reason) => client.configs.import({ ...input, ...(reason ? { reason } : {}) })}
          onDone={() => {
            setTaking(false)
            setText('')
          }}
          onClose={() => setTaking(false)}
        />
      )}
    </Panel>
  )
}

function ExportPanel({ config, manages }: { config: WholeConfig; manages: boolean }) {
  const [format, setFormat] = useState<string>('env')
  const [secrets, setSecrets] = useState(false)
  const download = useMutation({
    mutationFn: async () => readAll(await client.configs.export({ id: config.id, format: format as Format, secrets })),
    onSuccess: (blob) => save(`${config.name}.${format}`, blob, 'text/plain'),
  })
  return (
    <Panel title="Export" span={manages ? 4 : 12}>
      <div className="flex flex-col gap-3">
        {download.error && <TroubleBox trouble={wordsFor(download.error)} />}
        <div>
          <Segment label="Format of the file" value={format} options={formats} onPick={setFormat} />
        </div>
        {manages && config.secrets > 0 && (
          <CheckLine
            label="With secrets"
            hint="The file holds them in plain text. Who took it stands in the audit log."
            checked={secrets}
            onChange={(event) => setSecrets(event.target.checked)}
          />
        )}
        {!secrets && config.secrets > 0 && (
          <p className="meta">Secrets read [secret]. Imported again, such a line keeps the value that is there.</p>
        )}
        <div>
          <Button icon={Download} busy={download.isPending} onClick={() => download.mutate()}>
            Download {config.name}.{format}
          </Button>
        </div>
      </div>
    </Panel>
  )
}
