import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { Facts } from '../../../ui/page/panel.tsx'
import type { Connected } from './source-dialog.tsx'

/** The secret of a webhook, which is told this once. */
export function HookDialog({ source, onClose }: { source: Connected; onClose: () => void }) {
  const { hookPath, hookSecret } = source
  const address = `${window.location.origin}${hookPath ?? ''}`
  return (
    <Dialog
      title={`Webhook of ${source.stack}`}
      about="Enter both at the host of the code, for pushes, as JSON. GitLab calls the secret its secret token. It is shown this once."
      onClose={onClose}
      foot={
        <Button look="primary" onClick={onClose}>
          I have kept the secret
        </Button>
      }
    >
      <Facts
        rows={[
          [
            'Address',
            <span key="address" className="flex gap-2 items-center min-w-0">
              <span className="mono break-all">{address}</span>
              <CopyButton text={address} />
            </span>,
          ],
          [
            'Secret',
            <span key="secret" className="flex gap-2 items-center min-w-0">
              <span className="mono break-all">{hookSecret}</span>
              <CopyButton text={hookSecret ?? ''} />
            </span>,
          ],
        ]}
      />
    </Dialog>
  )
}
