import { useQuery } from '@tanstack/react-query'
import type { ContainerDraft } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { CopyButton } from '../../../../ui/control/copy.tsx'
import { Segment } from '../../../../ui/control/pick.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { useSettled } from './use-settled.ts'

interface Props {
  readonly target: string
  readonly draft: ContainerDraft
  readonly replaces?: string
  /** What it needs to be anything: a name and an image. */
  readonly ready: boolean
}

/** The same container as a Compose file and as a command, while it is written, and what the policy says to it. */
export function Preview({ target, draft, replaces, ready }: Props) {
  const [as, setAs] = useState('compose')
  const text = useSettled(JSON.stringify(draft))
  const input = { target, draft: JSON.parse(text) as ContainerDraft, ...(replaces ? { replaces } : {}) }
  const preview = useQuery({
    queryKey: keys.containerPreview(input),
    queryFn: ({ signal }) => client.containers.preview(input, { signal }),
    enabled: ready && target !== '' && input.draft.name !== '' && input.draft.image !== '',
    placeholderData: (before) => before,
    retry: false,
    // It holds what was typed, secrets too: it is not kept.
    gcTime: 0,
  })
  const shown = as === 'compose' ? preview.data?.compose : preview.data?.command
  return (
    <Panel
      title="The same, written"
      actions={
        <Segment
          label="Written as"
          value={as}
          onPick={setAs}
          options={[
            { value: 'compose', label: 'Compose file' },
            { value: 'command', label: 'docker run' },
          ]}
        />
      }
    >
      <div className="flex flex-col gap-3 min-w-0">
        {preview.data?.refusals.map((refusal) => (
          <div key={refusal} className="note" role="status">
            <Glyph state="failed" label="the policy forbids it" />
            <span>The policy forbids it: {refusal}</span>
          </div>
        ))}
        {preview.data?.problems.map((problem) => (
          <div key={problem} className="note warn" role="status">
            <Glyph state="degraded" label="beyond the policy" />
            <span>{problem} The policy forbids it to others; it does not bind you.</span>
          </div>
        ))}
        {preview.error && (
          <p className="err" role="status">
            <Glyph state="failed" />
            <span>{wordsFor(preview.error).what}</span>
          </p>
        )}
        {shown === undefined ? (
          <p className="text-ink-3">Give it a name and an image, and it stands here as a file.</p>
        ) : (
          <>
            <section className="code max-h-[50vh] p-3" aria-label="Preview" tabIndex={0}>
              <pre className="whitespace-pre-wrap break-words">{shown}</pre>
            </section>
            <span className="self-end">
              <CopyButton text={shown} label={as === 'compose' ? 'Copy file' : 'Copy command'} />
            </span>
          </>
        )}
      </div>
    </Panel>
  )
}
