import type { Job, SwarmObject } from '@wheelhouse/contract'
import { useState } from 'react'
import { PlannedDialog } from '../../../../acts/planned-dialog.tsx'
import { CheckLine, TextField } from '../../../../ui/control/field.tsx'
import { readTime } from '../../containers/form/amounts.ts'
import { type ObjectKind, operationsOf } from './kinds.ts'
import { noValue, sentValue, ValueField, wrongValue } from './value-field.tsx'

interface Props {
  readonly object: SwarmObject
  readonly kind: ObjectKind
  readonly onStarted: (job: Job) => void
  readonly onClose: () => void
}

/** A new version, and its users moved over to it, followed as a job. */
export function RotateDialog({ object, kind, onStarted, onClose }: Props) {
  const [value, setValue] = useState(noValue)
  const [removeOld, setRemoveOld] = useState(false)
  const [deadline, setDeadline] = useState('10m')
  const [told, setTold] = useState(false)
  const deadlineMs = readTime(deadline)
  const wrong = { value: wrongValue(value), deadline: deadlineMs === null ? 'Write a time such as 90s or 10m.' : null }
  const input = {
    swarm: object.swarmId,
    name: object.family,
    ...sentValue(value),
    ...(removeOld ? { removeOld } : {}),
    ...(deadlineMs === null ? {} : { deadlineMs }),
  }
  return (
    <PlannedDialog
      title={`New version of the ${kind} ${object.family}`}
      about="An engine cannot change one, so a new one is made and each user is moved to it, one after the other. When one does not come up, all go back."
      act={`Rotate ${object.family}`}
      input={JSON.stringify(input)}
      check={() => {
        setTold(true)
        return wrong.value === null && wrong.deadline === null
      }}
      plan={() => operationsOf(kind).rotate.plan(input)}
      run={() => operationsOf(kind).rotate(input)}
      onDone={onStarted}
      onClose={onClose}
    >
      <ValueField value={value} error={told ? wrong.value : null} onChange={setValue} />
      <TextField
        label="Time for each service"
        hint="After it, all users go back to the version they had."
        error={told ? wrong.deadline : null}
        value={deadline}
        onChange={(event) => setDeadline(event.target.value)}
      />
      <CheckLine
        label="Remove the older versions when all have moved"
        hint="There is no way back to them then."
        checked={removeOld}
        onChange={(event) => setRemoveOld(event.target.checked)}
      />
    </PlannedDialog>
  )
}
