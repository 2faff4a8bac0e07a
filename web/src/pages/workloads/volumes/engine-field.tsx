import type { Target } from '@wheelhouse/contract'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { SelectField } from '../../../ui/control/field.tsx'

type Kind = 'volumes' | 'networks'

/** Engines on which the person may change these. */
export function useEngines(kind: Kind): readonly Target[] {
  const may = useMay()
  return useRows(targets).filter(
    (row) => row.capabilities.includes(kind) && may(`${kind}.manage`, { targetId: row.id }),
  )
}

/** On which engine. Shown also where there is only one, so that it is known before something is made there. */
export function EngineField({
  kind,
  label = 'Target',
  value,
  onChange,
}: {
  kind: Kind
  label?: string
  value: string
  onChange: (id: string) => void
}) {
  const engines = useEngines(kind)
  return (
    <SelectField label={label} value={value} onChange={(event) => onChange(event.target.value)}>
      {engines.map((row) => (
        <option key={row.id} value={row.id}>
          {row.name}
          {row.state === 'connected' ? '' : ` (${row.state})`}
        </option>
      ))}
    </SelectField>
  )
}
