import type { client } from '../../../api/client.ts'
import { Panel } from '../../../ui/page/panel.tsx'

type Draft = Awaited<ReturnType<typeof client.stacks.draft>>

/** Where the file of a stack that is adopted comes from, what of it is not shown, and what it does not say. */
export function AdoptNotes({ draft }: { draft: Draft }) {
  const { from, directory, kept, notes, targetName } = draft
  return (
    <Panel title="What is adopted">
      <div className="flex flex-col gap-2">
        <p>
          {from === 'files' ? (
            <>
              The file it was started from, in <span className="mono">{directory}</span>.
            </>
          ) : (
            `Written from what runs on ${targetName}.`
          )}{' '}
          What runs as the file says is not restarted.
        </p>
        {notes.length > 0 && (
          <ul className="list-disc pl-5 text-ink-3">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        {kept.length > 0 && (
          <>
            <p>Kept as they are and not shown, while the file gives them no value:</p>
            <ul className="list-disc pl-5">
              {kept.map(({ service, variable }) => (
                <li key={`${service} ${variable}`}>
                  <span className="mono">{variable}</span> of {service}
                </li>
              ))}
            </ul>
          </>
        )}
      </div>
    </Panel>
  )
}
