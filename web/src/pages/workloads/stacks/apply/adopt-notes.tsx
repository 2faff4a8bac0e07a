import { Panel } from '../../../../ui/page/panel.tsx'
import type { Draft } from './stack-origin.ts'

/** Where the file of a stack that is adopted comes from, what of it is not shown, and what it does not say. */
export function AdoptNotes({ draft }: { draft: Draft }) {
  const { from, kept, notes, targetName } = draft
  return (
    <Panel title="What is adopted">
      <div className="flex flex-col gap-2">
        <p>
          {from === 'files' ? <OwnFiles draft={draft} /> : `Written from what runs on ${targetName}.`} What runs as the
          file says is not restarted.
        </p>
        {notes.length > 0 && (
          <ul className="list-disc pl-5 text-ink-3 break-words">
            {notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        {kept.length > 0 && (
          <div className="flex flex-wrap gap-x-2 gap-y-1">
            <p>Kept as they are and not shown, while the file gives them no value:</p>
            <ul className="flex flex-wrap gap-x-4">
              {kept.map(({ service, variable }) => (
                <li key={`${service} ${variable}`} className="text-ink-3">
                  <span className="mono text-ink-2">{variable}</span> of {service}
                </li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Panel>
  )
}

function OwnFiles({ draft: { directory, files } }: { draft: Draft }) {
  const folder = `${directory}/`
  const names = Object.keys(files).map((path) => (path.startsWith(folder) ? path.slice(folder.length) : path))
  return (
    <>
      The file it was started from, in <span className="mono break-all">{directory}</span>
      {names.length > 0 && (
        <>
          , with <span className="mono break-all">{names.join(', ')}</span>
        </>
      )}
      .
    </>
  )
}
