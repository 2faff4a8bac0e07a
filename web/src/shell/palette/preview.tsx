import { Button } from '../../ui/control/button.tsx'
import { CopyButton } from '../../ui/control/copy.tsx'
import { Glyph } from '../../ui/state/glyph.tsx'
import type { Entry } from './entry.ts'

/** What will happen, and the same from a terminal. */
export function Preview({ entry, onRun }: { entry: Entry; onRun: () => void }) {
  const label = entry.act
    ? `${entry.verb} ${entry.name}`
    : entry.id.startsWith('find-in-')
      ? entry.name
      : `Open ${entry.verb ? `${entry.verb.toLowerCase()} ${entry.name}` : entry.name}`
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-2 min-w-0">
        {entry.service ? (
          <Glyph state={entry.service.state} label={entry.service.state} />
        ) : (
          entry.state && <Glyph state={entry.state} />
        )}
        <b className="cut">{entry.name}</b>
      </div>
      <p className="meta">{entry.about}</p>
      <div className="strip boxed block!">
        <h3 className="pb-1">What will happen</h3>
        <p className="text-ink-2 break-words">{entry.what}</p>
      </div>
      {entry.command && (
        <div>
          <h3 className="pb-1">Same, from a terminal</h3>
          <div className="code flex items-center gap-1 pl-3">
            <span className="grow min-w-0 overflow-x-auto whitespace-nowrap py-1">$ {entry.command}</span>
            <CopyButton text={entry.command} label="Copy" />
          </div>
        </div>
      )}
      <Button
        look={entry.act === 'remove' || entry.act === 'kill' ? 'danger-quiet' : 'primary'}
        hint="↵"
        className="self-start max-w-full"
        onClick={onRun}
      >
        <span className="cut">{label}</span>
      </Button>
    </div>
  )
}
