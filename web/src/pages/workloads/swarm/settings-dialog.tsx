import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Swarm } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { readTime, timeText } from '../containers/form/amounts.ts'
import { KeyDialog } from './key-dialog.tsx'

const whole = (text: string): number | null => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : null)
const hour = 3_600_000

/** How the Swarm is set. Only what has changed is sent. */
export function SettingsDialog({ swarm, onClose }: { swarm: Swarm; onClose: () => void }) {
  const cache = useQueryClient()
  const { settings } = swarm
  const [history, setHistory] = useState(String(settings.taskHistory))
  const [heartbeat, setHeartbeat] = useState(timeText(settings.heartbeatMs))
  const [snapshot, setSnapshot] = useState(String(settings.snapshotInterval))
  const [expiry, setExpiry] = useState(timeText(settings.certificateExpiryMs))
  const [autolock, setAutolock] = useState(settings.autolock)
  const [told, setTold] = useState(false)
  const [unlockKey, setUnlockKey] = useState<string | null>(null)
  const read = {
    taskHistory: whole(history),
    heartbeatMs: readTime(heartbeat),
    snapshotInterval: whole(snapshot),
    certificateExpiryMs: readTime(expiry),
  }
  const wrong = {
    taskHistory: read.taskHistory === null || read.taskHistory > 100 ? 'Use a number from 0 to 100.' : null,
    heartbeatMs: read.heartbeatMs === null || read.heartbeatMs < 1 ? 'Write a time such as 5s.' : null,
    snapshotInterval:
      read.snapshotInterval === null || read.snapshotInterval < 1 ? 'Use a whole number above 0.' : null,
    certificateExpiryMs:
      read.certificateExpiryMs === null || read.certificateExpiryMs < hour
        ? 'Write a time of an hour or more, such as 720h.'
        : null,
  }
  const changes = {
    ...Object.fromEntries(
      Object.entries(read).filter(([key, value]) => value !== null && value !== settings[key as keyof typeof read]),
    ),
    ...(autolock === settings.autolock ? {} : { autolock }),
  }
  const change = useMutation({
    mutationFn: () => client.swarm.update({ swarm: swarm.targetId, ...changes }),
    gcTime: 0,
    onSuccess: ({ unlockKey: key, ...row }) => {
      cache.setQueryData(keys.swarm(swarm.targetId), row)
      toast({ state: 'succeeded', title: `${swarm.name} has its new settings` })
      if (key === null) onClose()
      else setUnlockKey(key)
    },
  })
  const shown = { ...(told ? wrong : {}), ...fieldErrors(change.error) } as Record<string, string | null | undefined>
  if (unlockKey !== null)
    return (
      <KeyDialog
        title={`The key that unlocks managers of ${swarm.name}`}
        about="A manager that restarts waits for it. Keep it outside of the Swarm."
        text={unlockKey}
        onClose={onClose}
      />
    )
  const submit = (): void => {
    setTold(true)
    if (Object.values(wrong).some((each) => each !== null))
      document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
    else if (Object.keys(changes).length === 0) onClose()
    else change.mutate()
  }
  const line = (name: keyof typeof read, label: string, hint: string, value: string, set: (value: string) => void) => (
    <TextField
      label={label}
      hint={hint}
      value={value}
      error={shown[name]}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => set(event.target.value)}
      onKeyDown={(event) => event.key === 'Enter' && submit()}
    />
  )
  return (
    <Dialog
      title={`Settings of ${swarm.name}`}
      about="They hold for the whole Swarm, at once."
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Keep them</Button>
          <Button look="primary" busy={change.isPending} onClick={submit}>
            Change settings
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {change.error && <TroubleBox trouble={wordsFor(change.error)} />}
        <div className="grid gap-3 sm:grid-cols-2">
          {line(
            'taskHistory',
            'Ended tasks kept',
            'For each place; they tell why one has failed.',
            history,
            setHistory,
          )}
          {line('heartbeatMs', 'Heartbeat', 'How often a node says that it lives.', heartbeat, setHeartbeat)}
          {line(
            'snapshotInterval',
            'Changes between snapshots',
            'Of what managers have agreed on.',
            snapshot,
            setSnapshot,
          )}
          {line('certificateExpiryMs', 'Certificates last', 'Nodes renew theirs by themselves.', expiry, setExpiry)}
        </div>
        <CheckLine
          label="Lock managers that restart"
          hint={
            settings.autolock
              ? 'Without it they come back by themselves, and the key opens nothing more.'
              : 'They wait for a key, which is told next.'
          }
          checked={autolock}
          onChange={(event) => setAutolock(event.target.checked)}
        />
      </div>
    </Dialog>
  )
}
