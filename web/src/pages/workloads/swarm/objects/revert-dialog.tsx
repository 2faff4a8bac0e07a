import type { Job, SwarmObject } from '@wheelhouse/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { PlanDialog } from '../../../../acts/plan-dialog.tsx'
import { keys } from '../../../../api/keys.ts'
import { SelectField } from '../../../../ui/control/field.tsx'
import { moment } from '../../../../ui/format/age.ts'
import { type ObjectKind, operationsOf } from './kinds.ts'

interface Props {
  readonly object: SwarmObject
  readonly kind: ObjectKind
  readonly onStarted: (job: Job) => void
  readonly onClose: () => void
}

/** Leads the users of a secret or config back to an earlier version. */
export function RevertDialog({ object, kind, onStarted, onClose }: Props) {
  const { swarmId: swarm, family } = object
  const filter = { swarm, q: family, versions: true, limit: 1000 }
  const asked = useQuery({
    queryKey: keys.swarmObjects(kind, filter),
    queryFn: ({ signal }) => operationsOf(kind).list(filter, { signal }),
  })
  const versions = (asked.data?.items ?? []).filter((one) => one.family === family)
  const [version, setVersion] = useState('')
  const input = { swarm, name: family, ...(version === '' ? {} : { version: Number(version) }) }
  return (
    <PlanDialog
      calm
      title={`Lead the users of ${family} back?`}
      keep="Keep them where they are"
      act={(going) => `Move ${going} back`}
      what={`${kind}.revert`}
      input={input}
      plan={() => operationsOf(kind).revert.plan(input)}
      run={() => operationsOf(kind).revert(input)}
      onDone={onStarted}
      onClose={onClose}
    >
      <SelectField label="To" value={version} onChange={(event) => setVersion(event.target.value)}>
        <option value="">the version before</option>
        {versions.map((one) => (
          <option key={one.id} value={one.version}>
            version {one.version}, {one.name}, made {moment(one.createdAt)}
          </option>
        ))}
      </SelectField>
    </PlanDialog>
  )
}
