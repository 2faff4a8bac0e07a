import type { Grant } from '@wheelhouse/contract'
import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { services, targets } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { Button } from '../../../ui/control/button.tsx'

/** A role on single targets and services, beside the role that holds everywhere or nowhere. */
export function GrantEditor({ grants, onChange }: { grants: readonly Grant[]; onChange: (grants: Grant[]) => void }) {
  const targetRows = useRows(targets)
  const serviceRows = useRows(services)
  const [place, setPlace] = useState('')
  const nameOf = (grant: Grant): string =>
    grant.on === 'target'
      ? (targetRows.find((row) => row.id === grant.id)?.name ?? grant.id)
      : (serviceRows.find((row) => row.id === grant.id)?.name ?? grant.id)
  const add = (): void => {
    const [on, ...rest] = place.split('|')
    const id = rest.join('|')
    if (id === '' || (on !== 'target' && on !== 'service')) return
    setPlace('')
    if (!grants.some((grant) => grant.on === on && grant.id === id)) onChange([...grants, { on, id, role: 'viewer' }])
  }
  return (
    <div>
      <h3 className="pb-1">Grants on single targets and services</h3>
      {grants.length === 0 && (
        <p className="meta pb-2">None. With the reach “only where granted” this person sees nothing.</p>
      )}
      {grants.map((grant, i) => (
        <div key={`${grant.on}:${grant.id}`} className="flex items-center gap-2 border-t border-line py-1">
          <span className="meta w-14">{grant.on}</span>
          <span className="cut grow text-ink">{nameOf(grant)}</span>
          <select
            className="input sm w-32!"
            aria-label={`Role on ${nameOf(grant)}`}
            value={grant.role}
            onChange={(event) =>
              onChange(
                grants.map((each, at) =>
                  at === i ? { ...each, role: event.target.value === 'developer' ? 'developer' : 'viewer' } : each,
                ),
              )
            }
          >
            <option>viewer</option>
            <option>developer</option>
          </select>
          <Button
            look="ghost"
            icon={X}
            aria-label={`Take back the grant on ${nameOf(grant)}`}
            onClick={() => onChange(grants.filter((_, at) => at !== i))}
          />
        </div>
      ))}
      <div className="flex gap-2 border-t border-line pt-2">
        <select
          className="input sm"
          aria-label="Target or service to grant"
          value={place}
          onChange={(event) => setPlace(event.target.value)}
        >
          <option value="">Choose a target or service</option>
          <optgroup label="Targets">
            {targetRows.map((row) => (
              <option key={row.id} value={`target|${row.id}`}>
                {row.name}
              </option>
            ))}
          </optgroup>
          <optgroup label="Services">
            {serviceRows.map((row) => (
              <option key={row.id} value={`service|${row.id}`}>
                {row.name} on {row.targetName}
              </option>
            ))}
          </optgroup>
        </select>
        <Button icon={Plus} disabled={place === ''} onClick={add}>
          Grant
        </Button>
      </div>
    </div>
  )
}
