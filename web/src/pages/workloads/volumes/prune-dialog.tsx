import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { PlanDialog } from '../../../acts/plan-dialog.tsx'
import { CheckLine } from '../../../ui/control/field.tsx'
import { bytes, plural } from '../../../ui/format/number.ts'
import { toast } from '../../../ui/overlay/toast.tsx'
import { EngineField, useEngineChoice } from '../engine-field.tsx'

/** Shows which volumes would go and what that frees, before any goes. */
export function PruneDialog({ targetId, onClose }: { targetId: string; onClose: () => void }) {
  const { engine, target, choose } = useEngineChoice('volumes', targetId)
  const [all, setAll] = useState(false)
  const input = { target, ...(all ? { all: true } : {}) }
  return (
    <PlanDialog
      title={`Remove unused volumes of ${engine?.name ?? ''}?`}
      keep="Keep them all"
      act={(going) => (going === 0 ? 'Remove nothing' : `Remove ${plural(going, 'volume')}`)}
      {...(all && engine ? { typeName: engine.name } : {})}
      what="volumes.prune"
      input={input}
      plan={() => client.volumes.prune.plan(input)}
      run={(digest) => client.volumes.prune({ ...input, digest })}
      onDone={({ removed, freedBytes }) => {
        toast({ state: 'stopped', title: `${plural(removed.length, 'volume')} removed, ${bytes(freedBytes)} freed` })
        onClose()
      }}
      onClose={onClose}
    >
      <EngineField kind="volumes" value={target} onChange={choose} />
      <CheckLine
        label="Also named volumes"
        hint="Their files are lost for good. Without it only anonymous ones go."
        checked={all}
        onChange={(event) => setAll(event.target.checked)}
      />
    </PlanDialog>
  )
}
