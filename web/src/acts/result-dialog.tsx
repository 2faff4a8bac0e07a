import { Button } from '../ui/control/button.tsx'
import { Dialog } from '../ui/overlay/dialog.tsx'
import { Glyph } from '../ui/state/glyph.tsx'
import type { ItemResult } from './run.ts'
import { actWords, type RunnableAct } from './words.ts'

/** What became of each. Failures first. */
export function ResultDialog({
  act,
  items,
  onClose,
}: {
  act: RunnableAct
  items: readonly ItemResult[]
  onClose: () => void
}) {
  const sorted = [...items].sort((a, b) => Number(a.error === null) - Number(b.error === null))
  const went = items.filter((item) => item.error === null).length
  return (
    <Dialog
      title={`${went} of ${items.length} ${actWords[act].done}`}
      onClose={onClose}
      foot={
        <Button look="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <ul>
        {sorted.map(({ service, error, untried }) => (
          <li key={service.id} className="flex gap-2 border-t border-line py-2">
            <span className="pt-1">
              <Glyph
                state={error === null ? 'succeeded' : untried ? 'unknown' : 'failed'}
                label={error === null ? 'done' : untried ? 'not tried' : 'failed'}
              />
            </span>
            <span className="min-w-0">
              <b className="font-medium">{service.name}</b> <span className="text-ink-3">{service.targetName}</span>
              {error && (
                <span className={`block break-words ${untried ? 'text-ink-3' : 'text-failed-ink'}`}>
                  {untried && 'Not tried: '}
                  {error}
                </span>
              )}
            </span>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
