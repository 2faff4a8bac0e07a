import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { EngineOptions } from './engine-options.tsx'

/** Gives a manager that has restarted the key it waits for. */
export function UnlockDialog({ onClose }: { onClose: () => void }) {
  const may = useMay()
  const engines = useRows(targets).filter((row) => row.kind === 'docker' && may('swarm.manage', { targetId: row.id }))
  const [chosen, setTarget] = useState('')
  const [key, setKey] = useState('')
  const target = chosen || (engines[0]?.id ?? '')
  const name = engines.find(({ id }) => id === target)?.name ?? 'The manager'
  const unlock = useMutation({
    mutationFn: () => client.swarm.unlock({ target, key: key.trim() }),
    // It holds the key: it is not kept.
    gcTime: 0,
    onSuccess: () => {
      toast({ state: 'succeeded', title: `${name} is unlocked` })
      onClose()
    },
  })
  return (
    <FormDialog
      title="Unlock a manager"
      about="A manager of a locked Swarm that has restarted decides nothing until it has the key."
      act="Unlock manager"
      busy={unlock.isPending}
      error={unlock.error}
      wrong={{ key: key.trim() === '' ? 'Give the key that was told when the Swarm was locked.' : null }}
      onAct={() => unlock.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <SelectField label="Engine" value={target} onChange={(event) => setTarget(event.target.value)}>
            <EngineOptions engines={engines} />
          </SelectField>
          <TextField
            label="Unlock key"
            type="password"
            className="mono"
            hint="It begins with SWMKEY-1-."
            value={key}
            error={words.key}
            autoComplete="off"
            onChange={(event) => setKey(event.target.value)}
          />
        </>
      )}
    </FormDialog>
  )
}
