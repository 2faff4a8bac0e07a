import type { Permission, Target } from '@wheelhouse/contract'
import { useState } from 'react'
import { targets } from '../../api/fleet.ts'
import { useMay } from '../../api/may.ts'
import { useRows } from '../../api/row-store.ts'
import { SelectField } from '../../ui/control/field.tsx'

/** What an engine must be able to do, and a person be allowed, to change these. */
const kinds = {
  containers: ['update', 'containers.manage'],
  images: ['images', 'images.manage'],
  volumes: ['volumes', 'volumes.manage'],
  networks: ['networks', 'networks.manage'],
} as const satisfies Record<string, readonly [capability: Target['capabilities'][number], right: Permission]>
export type EngineKind = keyof typeof kinds

/** Engines on which the person may change these. */
export function useEngines(kind: EngineKind): readonly Target[] {
  const may = useMay()
  const [capability, right] = kinds[kind]
  return useRows(targets).filter((row) => row.capabilities.includes(capability) && may(right, { targetId: row.id }))
}

interface Choice {
  /** The chosen one, else the first; undefined while none is known. */
  readonly engine: Target | undefined
  /** Its id, empty while none is known. */
  readonly target: string
  readonly choose: (id: string) => void
}

/** One of them, by id or name. A link may open a dialog before the targets are there. */
export function useEngineChoice(kind: EngineKind, first: string): Choice {
  const engines = useEngines(kind)
  const [asked, choose] = useState(first)
  const engine = engines.find((row) => row.id === asked || row.name === asked) ?? engines[0]
  return { engine, target: engine?.id ?? '', choose }
}

/** On which engine. Shown also where there is only one, so that it is known before something is made there. */
export function EngineField({
  kind,
  label = 'Target',
  value,
  without = '',
  onChange,
}: {
  kind: EngineKind
  label?: string
  value: string
  /** Id of one that is no choice. */
  without?: string
  onChange: (id: string) => void
}) {
  const engines = useEngines(kind).filter((row) => row.id !== without)
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
