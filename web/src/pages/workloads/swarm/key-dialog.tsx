import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'

/** A key in plain sight, for as long as the dialog is open. */
export function KeyDialog({
  title,
  about,
  text,
  onClose,
}: {
  title: string
  about: string
  text: string
  onClose: () => void
}) {
  return (
    <Dialog
      title={title}
      about={about}
      onClose={onClose}
      foot={
        <>
          <CopyButton text={text} label="Copy key" look={undefined} />
          <Button look="primary" onClick={onClose}>
            Close, it is kept
          </Button>
        </>
      }
    >
      <section className="code p-3" aria-label="Key" tabIndex={0}>
        <pre className="whitespace-pre-wrap break-all">{text}</pre>
      </section>
    </Dialog>
  )
}
