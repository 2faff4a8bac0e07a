import { useQuery } from '@tanstack/react-query'
import type { SwarmServiceDraft } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { CopyButton } from '../../../../ui/control/copy.tsx'
import { Segment } from '../../../../ui/control/pick.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Glyph } from '../../../../ui/state/glyph.tsx'
import { useSettled } from '../../containers/form/use-settled.ts'
import { fitSentence, PlacementTable } from '../service/placement-table.tsx'

const words: Record<string, { readonly label: string; readonly copy: string }> = {
  compose: { label: 'Stack file', copy: 'Copy file' },
  command: { label: 'docker service create', copy: 'Copy command' },
  placement: { label: 'Where', copy: '' },
}

interface Props {
  readonly swarm: string
  readonly draft: SwarmServiceDraft
  readonly replaces?: string
  /** What it needs to be anything: a name and an image. */
  readonly ready: boolean
}

/** The same service as a stack file and as a command while it is written, where it would run, and what the policy says to it. */
export function Preview({ swarm, draft, replaces, ready }: Props) {
  const [as, setAs] = useState('compose')
  const text = useSettled(JSON.stringify(draft))
  const input = { swarm, draft: JSON.parse(text) as SwarmServiceDraft, ...(replaces ? { replaces } : {}) }
  const preview = useQuery({
    queryKey: keys.swarmServicePreview(input),
    queryFn: ({ signal }) => client.swarmServices.preview(input, { signal }),
    enabled: ready && swarm !== '' && input.draft.name !== '' && input.draft.image !== '',
    placeholderData: (before) => before,
    retry: false,
    // It holds what was typed, secrets too: it is not kept.
    gcTime: 0,
  })
  const told = preview.data
  const shown = as === 'compose' ? told?.compose : told?.command
  const views = Object.entries(words).map(([value, { label }]) => ({ value, label }))
  return (
    <Panel
      title="The same, written"
      flush
      actions={<Segment label="Shown as" value={as} onPick={setAs} options={views} />}
    >
      <div className="flex flex-col gap-3 min-w-0 px-3 pb-3">
        {told?.refusals.map((refusal) => (
          <div key={refusal} className="note" role="status">
            <Glyph state="failed" label="the policy forbids it" />
            <span>The policy forbids it: {refusal}</span>
          </div>
        ))}
        {told?.problems.map((problem) => (
          <div key={problem} className="note warn" role="status">
            <Glyph state="degraded" label="to look at" />
            <span>{problem}</span>
          </div>
        ))}
        {preview.error && (
          <p className="err" role="status">
            <Glyph state="failed" />
            <span>{wordsFor(preview.error).what}</span>
          </p>
        )}
        {told === undefined ? (
          <p className="text-ink-3">Give it a name and an image, and it stands here as a file.</p>
        ) : as === 'placement' ? (
          <p>{fitSentence(told.placement)}</p>
        ) : (
          <>
            <section className="code max-h-[50vh] p-3" aria-label="Preview" tabIndex={0}>
              <pre className="whitespace-pre-wrap break-words">{shown}</pre>
            </section>
            <span className="self-end">
              <CopyButton text={shown ?? ''} label={words[as]?.copy ?? 'Copy'} />
            </span>
          </>
        )}
      </div>
      {told && as === 'placement' && <PlacementTable placement={told.placement} />}
    </Panel>
  )
}
