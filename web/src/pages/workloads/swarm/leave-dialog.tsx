import { useState } from 'react'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { client } from '../../../api/client.ts'
import { CheckLine } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'

interface Props {
  readonly swarm: string
  /** The engine that leaves. */
  readonly target: string
  readonly name: string
  readonly onDone: () => void
  readonly onClose: () => void
}

/** Lets an engine leave its Swarm. Without force the last manager, and one whom the others need, stay. */
export function LeaveDialog({ swarm, target, name, onDone, onClose }: Props) {
  const [force, setForce] = useState(false)
  const input = { target, ...(force ? { force } : {}) }
  return (
    <PlanDialog
      title={`Let ${name} leave ${swarm}?`}
      keep="Keep the node"
      act={() => `Let ${name} leave`}
      typeName={force ? name : undefined}
      what="swarm.leave"
      input={input}
      plan={() => client.swarm.leave.plan(input)}
      run={() => client.swarm.leave(input)}
      onDone={() => {
        toast({ state: 'stopped', title: `${name} has left ${swarm}` })
        onDone()
      }}
      onClose={onClose}
    >
      <CheckLine
        label="Also where the Swarm ends or loses its quorum by it"
        hint="The last manager takes services, secrets and configs with it."
        checked={force}
        onChange={(event) => setForce(event.target.checked)}
      />
    </PlanDialog>
  )
}
