import type { Client } from '@wheelhouse/client'
import { Button } from '../../../ui/control/button.tsx'

type Keys = NonNullable<Awaited<ReturnType<Client['targets']['probe']>>['hostKeys']>

/** What a host over SSH shows of itself, to be compared and trusted. */
export function HostKeys({ keys, onTrust }: { keys: Keys; onTrust: (lines: string) => void }) {
  if (keys.length === 0) return null
  return (
    <section className="flex flex-col gap-2" aria-label="Keys of the host">
      <p>The host shows these keys. Compare them with the ones on the host itself before you trust them.</p>
      <ul className="mono flex flex-col gap-1">
        {keys.map((key) => (
          <li key={key.fingerprint} className="break-all">
            {key.type} {key.fingerprint}
          </li>
        ))}
      </ul>
      <div>
        <Button onClick={() => onTrust(keys.map((key) => key.line).join('\n'))}>Trust these keys</Button>
      </div>
    </section>
  )
}
