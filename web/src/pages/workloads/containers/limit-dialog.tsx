import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ContainerDraft, Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { limitChanges, type LimitFields, limitFields } from './limits.ts'

/** Limits of a container as they are, to be changed while it runs. */
export function LimitDialog({ service, onClose }: { service: Service; onClose: () => void }) {
  const asked = useQuery({
    queryKey: [...keys.containerDraft(service.id), 'limits'],
    queryFn: () => client.containers.draft({ id: service.id }),
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  })
  if (asked.data) return <Known service={service} draft={asked.data.draft} onClose={onClose} />
  return (
    <Dialog title={`Limits of ${service.name}`} onClose={onClose} foot={<Button onClick={onClose}>Close</Button>}>
      {asked.error ? (
        <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
      ) : (
        <Skeleton rows={4} />
      )}
    </Dialog>
  )
}

const fields: readonly { readonly name: keyof LimitFields; readonly label: string; readonly hint: string }[] = [
  { name: 'memory', label: 'Memory', hint: 'Such as 512m.' },
  { name: 'cpus', label: 'Cores', hint: 'Such as 0.5.' },
  { name: 'memoryReservation', label: 'Memory it should have', hint: 'Below the bound.' },
  { name: 'memorySwap', label: 'Memory and swap', hint: 'Together.' },
  { name: 'cpuShares', label: 'CPU shares', hint: '1024 is the usual weight.' },
  { name: 'cpuset', label: 'On these cores', hint: 'Such as 0-2,5.' },
  { name: 'pids', label: 'Processes at most', hint: '' },
]

function Known({ service, draft, onClose }: { service: Service; draft: ContainerDraft; onClose: () => void }) {
  const cache = useQueryClient()
  const before = limitFields(draft)
  const [after, setAfter] = useState(before)
  const { limits, wrong } = limitChanges(before, after)
  const change = useMutation({
    mutationFn: () => client.containers.limit({ id: service.id, limits }),
    onSuccess: ({ warnings }) => {
      toast({
        state: warnings.length > 0 ? 'degraded' : 'succeeded',
        title: `${service.name} has its new limits`,
        ...(warnings.length > 0 ? { detail: warnings.join(' '), stays: true } : {}),
      })
      void cache.invalidateQueries({ queryKey: keys.inspect(service.id) })
      onClose()
    },
  })
  return (
    <FormDialog
      title={`Limits of ${service.name}`}
      about="They hold at once; it goes on running. An empty field is no bound."
      keep="Keep them"
      act="Change limits"
      busy={change.isPending}
      error={change.error}
      wrong={wrong}
      onAct={() => (Object.keys(limits).length === 0 ? onClose() : change.mutate())}
      onClose={onClose}
    >
      {(words) => (
        <div className="grid gap-3 sm:grid-cols-2">
          {fields.map(({ name, label, hint }) => (
            <TextField
              key={name}
              label={label}
              name={name}
              hint={hint}
              error={words[name]}
              value={after[name]}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setAfter({ ...after, [name]: event.target.value })}
            />
          ))}
          <SelectField
            label="Restart"
            value={after.restart}
            onChange={(event) => setAfter({ ...after, restart: event.target.value })}
          >
            <option value="unless-stopped">unless it was stopped</option>
            <option value="always">always</option>
            <option value="on-failure">on failure</option>
            <option value="no">no</option>
          </SelectField>
          {after.restart === 'on-failure' && (
            <TextField
              label="Tries at most"
              name="maxRetries"
              hint="Empty: without end."
              error={words.maxRetries}
              value={after.maxRetries}
              onChange={(event) => setAfter({ ...after, maxRetries: event.target.value })}
            />
          )}
        </div>
      )}
    </FormDialog>
  )
}
