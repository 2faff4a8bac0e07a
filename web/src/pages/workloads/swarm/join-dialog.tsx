import type { Swarm } from '@wheelhouse/contract'
import { useState } from 'react'
import { PlannedDialog } from '../../../acts/planned-dialog.tsx'
import { client } from '../../../api/client.ts'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { EngineOptions } from './engine-options.tsx'
import { useSwarmEngines } from './use-swarm-engines.ts'

const availabilities = ['active', 'pause', 'drain'] as const

/** Lets a registered engine join. Machines that are not registered join by the command of the tokens. */
export function JoinDialog({ swarm, onClose }: { swarm: Swarm; onClose: () => void }) {
  const { free } = useSwarmEngines()
  const [chosen, setTarget] = useState('')
  const [role, setRole] = useState<'worker' | 'manager'>('worker')
  const [availability, setAvailability] = useState('active')
  const [advertise, setAdvertise] = useState('')
  const [listen, setListen] = useState('')
  const [told, setTold] = useState(false)
  const target = free.some(({ id }) => id === chosen) ? chosen : (free[0]?.id ?? '')
  const name = free.find(({ id }) => id === target)?.name ?? ''
  const wanted = availabilities.find((each) => each === availability)
  const input = {
    swarm: swarm.targetId,
    target,
    role,
    ...(advertise.trim() ? { advertise: advertise.trim() } : {}),
    ...(listen.trim() ? { listen: listen.trim() } : {}),
    ...(wanted && wanted !== 'active' ? { availability: wanted } : {}),
  }
  return (
    <PlannedDialog
      title={`Add a node to ${swarm.name}`}
      about="An engine that is registered here joins by itself. For another machine, show the tokens and run their command there."
      act={name === '' ? 'Let it join' : `Let ${name} join`}
      input={JSON.stringify(input)}
      check={() => {
        setTold(true)
        return target !== ''
      }}
      plan={() => client.swarm.join.plan(input)}
      run={() => client.swarm.join(input)}
      onDone={() => {
        toast({ state: 'succeeded', title: `${name} has joined ${swarm.name} as a ${role}` })
        onClose()
      }}
      onClose={onClose}
    >
      <SelectField
        label="Engine"
        value={target}
        error={
          told && target === '' ? 'Every engine that you may use is a node already. Add another one to targets.' : null
        }
        onChange={(event) => setTarget(event.target.value)}
      >
        <EngineOptions engines={free} />
      </SelectField>
      <div className="grid gap-3 sm:grid-cols-2">
        <SelectField
          label="Role"
          value={role}
          onChange={(event) => setRole(event.target.value === 'manager' ? 'manager' : 'worker')}
        >
          <option value="worker">worker: runs tasks</option>
          <option value="manager">manager: decides with the others, and runs tasks</option>
        </SelectField>
        <SelectField
          label="Availability"
          value={availability}
          onChange={(event) => setAvailability(event.target.value)}
        >
          <option value="active">active: takes tasks</option>
          <option value="pause">paused: takes no new ones</option>
          <option value="drain">drained: takes none</option>
        </SelectField>
        <TextField
          label="Address others reach it by"
          className="mono"
          hint="Such as 10.0.0.2:2377. Needed where it has several addresses."
          value={advertise}
          spellCheck={false}
          onChange={(event) => setAdvertise(event.target.value)}
        />
        <TextField
          label="Address it listens on"
          className="mono"
          hint="All of them unless told."
          value={listen}
          spellCheck={false}
          onChange={(event) => setListen(event.target.value)}
        />
      </div>
    </PlannedDialog>
  )
}
