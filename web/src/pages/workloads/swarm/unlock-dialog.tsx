import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EngineOptions } from './engine-options.tsx'

/** Gives a manager that has restarted the key it waits for. */
export function UnlockDialog({ onClose }: { onClose: () => void }) {
  const may = useMay()
  const engines = useRows(targets).filter((row) => row.kind === 'docker' && may('swarm.manage', { targetId: row.id }))
  const [chosen, setTarget] = useState('')
  const [key, setKey] = useState('')
  const [told, setTold] = useState(false)
  const target = chosen || (engines[0]?.id ?? '')
  const unlock = useMutation({
    mutationFn: () => client.swarm.unlock({ target, key: key.trim() }),
    // It holds the key: it is not kept.
    gcTime: 0,
    onSuccess: () => {
      toast({
        state: 'succeeded',
        title: `${engines.find(({ id }) => id === target)?.name ?? 'The manager'} is unlocked`,
      })
      onClose()
    },
  })
  const submit = (): void => {
    setTold(true)
    if (key.trim() !== '' && target !== '') unlock.mutate()
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      title="Unlock a manager"
      about="A manager of a locked Swarm that has restarted decides nothing until it has the key."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={unlock.isPending} onClick={submit}>
            Unlock manager
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {unlock.error && <TroubleBox trouble={wordsFor(unlock.error)} />}
        <SelectField label="Engine" value={target} onChange={(event) => setTarget(event.target.value)}>
          <EngineOptions engines={engines} />
        </SelectField>
        <TextField
          label="Unlock key"
          type="password"
          className="mono"
          hint="It begins with SWMKEY-1-."
          value={key}
          error={told && key.trim() === '' ? 'Give the key that was told when the Swarm was locked.' : null}
          autoComplete="off"
          onChange={(event) => setKey(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && submit()}
        />
      </div>
    </Dialog>
  )
}
