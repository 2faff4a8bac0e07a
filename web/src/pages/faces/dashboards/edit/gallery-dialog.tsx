import type { WidgetKind } from '@wheelhouse/contract'
import { Dialog } from '../../../../ui/overlay/dialog.tsx'
import { kinds } from '../widgets/names.ts'

/** What a board can hold. */
export function GalleryDialog({ onPick, onClose }: { onPick: (kind: WidgetKind) => void; onClose: () => void }) {
  return (
    <Dialog wide title="Add a widget" about="It is set up, and seen, in the next step." onClose={onClose}>
      <div className="gallery">
        {Object.entries(kinds).map(([kind, { label, about }]) => (
          <button key={kind} type="button" onClick={() => onPick(kind as WidgetKind)}>
            <span className="block text-ink font-medium">{label}</span>
            <span className="meta block pt-0.5">{about}</span>
          </button>
        ))}
      </div>
    </Dialog>
  )
}
