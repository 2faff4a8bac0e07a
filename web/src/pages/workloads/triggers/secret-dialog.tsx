import type { Trigger } from '@wheelhouse/contract'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'

/** A shell that signs a body and sends it; the secret stands in its environment as SECRET. */
export const exampleFor = (address: string): string =>
  [
    `BODY='{"ref":"refs/heads/main"}'`,
    `SIGNATURE=$(printf %s "$BODY" | openssl dgst -sha256 -hmac "$SECRET" | sed 's/^.* //')`,
    `curl -H 'Content-Type: application/json' -H "X-Hub-Signature-256: sha256=$SIGNATURE" \\`,
    `  -d "$BODY" ${address}`,
  ].join('\n')

/** The secret of a webhook, which is told this once, and how to use it. */
export function SecretDialog({ trigger, secret, onClose }: { trigger: Trigger; secret: string; onClose: () => void }) {
  const address = `${window.location.origin}${trigger.path ?? ''}`
  const example = exampleFor(address)
  return (
    <Dialog
      wide
      title={`Secret of webhook ${trigger.name}`}
      about="It is shown this once. Store it where your continuous integration keeps its secrets."
      onClose={onClose}
      foot={
        <Button look="primary" onClick={onClose}>
          I have stored it
        </Button>
      }
    >
      <div className="code flex items-center gap-2 pl-3">
        <span className="grow min-w-0 break-all py-2 text-ink">{secret}</span>
        <CopyButton text={secret} label="Copy secret" />
      </div>
      <p className="meta pt-3 pb-1">Address:</p>
      <div className="code flex items-center gap-2 pl-3">
        <span className="grow min-w-0 break-all py-2">{address}</span>
        <CopyButton text={address} label="Copy address" />
      </div>
      <p className="meta pt-3 pb-1">
        GitHub, Gitea, Forgejo and Bitbucket sign by themselves: give them address, secret and the content type
        application/json. GitLab sends it as its secret token. By hand:
      </p>
      <div className="code flex items-start gap-2 pl-3">
        <span className="grow min-w-0 whitespace-pre-wrap break-all py-2">{example}</span>
        <CopyButton text={example} label="Copy example" />
      </div>
    </Dialog>
  )
}
