import { useState } from 'react'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { useMay } from '../../../api/may.ts'
import { useRows } from '../../../api/row-store.ts'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { bytes, plural } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'

const dayMs = 86_400_000

/** Engines whose stopped containers the person may remove. */
export function usePrunable() {
  const may = useMay()
  return useRows(targets).filter(
    (row) => row.capabilities.includes('update') && may('services.remove', { targetId: row.id }),
  )
}

/** Shows which stopped containers would go before any goes. */
export function PruneContainers({ targetId, onClose }: { targetId: string; onClose: () => void }) {
  const engines = usePrunable()
  const [target, setTarget] = useState(targetId)
  const [days, setDays] = useState('')
  const [label, setLabel] = useState('')
  const chosen = engines.find((row) => row.id === target) ?? engines[0]
  const typed = days.trim()
  const whole = typed === '' ? 0 : /^\d{1,5}$/.test(typed) ? Number(typed) : null
  const input = {
    target: chosen?.id ?? '',
    ...(whole ? { olderThanMs: whole * dayMs } : {}),
    ...(label.trim() ? { label: label.trim() } : {}),
  }
  return (
    <PlanDialog
      title={`Remove stopped containers of ${chosen?.name ?? ''}?`}
      keep="Keep them all"
      act={(going) => (going === 0 ? 'Remove nothing' : `Remove ${plural(going, 'container')}`)}
      what="containers.prune"
      input={input}
      plan={() => client.containers.prune.plan(input)}
      run={(digest) => client.containers.prune({ ...input, digest })}
      onDone={({ removed, freedBytes }) => {
        toast({ state: 'stopped', title: `${plural(removed.length, 'container')} removed, ${bytes(freedBytes)} freed` })
        onClose()
      }}
      onClose={onClose}
    >
      <p>Only those that do not run and that no stack claims. Their volumes and images stay.</p>
      <SelectField label="Target" value={chosen?.id ?? ''} onChange={(event) => setTarget(event.target.value)}>
        {engines.map((row) => (
          <option key={row.id} value={row.id}>
            {row.name}
            {row.state === 'connected' ? '' : ` (${row.state})`}
          </option>
        ))}
      </SelectField>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Older than, in days"
          inputMode="numeric"
          hint="Empty: however young."
          error={whole === null ? 'Use a whole number of days.' : null}
          value={days}
          onChange={(event) => setDays(event.target.value)}
        />
        <TextField
          label="With the label"
          className="mono"
          hint="key or key=value. Empty: any."
          value={label}
          spellCheck={false}
          onChange={(event) => setLabel(event.target.value)}
        />
      </div>
    </PlanDialog>
  )
}
