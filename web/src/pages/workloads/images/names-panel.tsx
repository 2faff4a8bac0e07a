import { Ellipsis, Plus } from 'lucide-react'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Menu } from '../../../ui/control/menu.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import type { ImageDetail } from './words.ts'

interface Props {
  readonly image: ImageDetail
  readonly manages: boolean
  readonly busy: boolean
  readonly onAdd: () => void
  readonly onAct: (act: 'pull' | 'push', reference: string) => void
  readonly onRemove: (name: string) => void
}

/** What it is called here, and the digests under which registries know it. */
export function NamesPanel({ image, manages, busy, onAdd, onAct, onRemove }: Props) {
  return (
    <Panel
      title="Names"
      meta={image.tags.length === 0 ? 'none; another image has taken the last one' : String(image.tags.length)}
      span={6}
      actions={
        manages && (
          <Button icon={Plus} onClick={onAdd}>
            Add a name…
          </Button>
        )
      }
    >
      <ul className="flex flex-col gap-1">
        {image.tags.map((name) => (
          <li key={name} className="flex items-center gap-2 min-w-0">
            <span className="mono cut grow" title={name}>
              {name}
            </span>
            <CopyButton text={name} label={`Copy ${name}`} short />
            {manages && (
              <Menu
                trigger={
                  <button
                    type="button"
                    className="btn btn-ghost btn-icon"
                    aria-label={`Actions of the name ${name}`}
                    disabled={busy}
                  >
                    <Ellipsis className="icon-s" aria-hidden />
                  </button>
                }
                entries={[
                  { label: 'Pull it again', run: () => onAct('pull', name) },
                  { label: 'Push to its registry', run: () => onAct('push', name) },
                  null,
                  { label: 'Remove…', danger: true, run: () => onRemove(name) },
                ]}
              />
            )}
          </li>
        ))}
      </ul>
      {image.digests.length > 0 && (
        <>
          <h3 className="meta pt-3 pb-1">Digests in registries</h3>
          <ul className="flex flex-col gap-1">
            {image.digests.map((digest) => (
              <li key={digest} className="flex items-center gap-2 min-w-0">
                <span className="mono cut grow text-ink-3" title={digest}>
                  {digest}
                </span>
                <CopyButton text={digest} label="Copy digest" short />
              </li>
            ))}
          </ul>
        </>
      )}
    </Panel>
  )
}
