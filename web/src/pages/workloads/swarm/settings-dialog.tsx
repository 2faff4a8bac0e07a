import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Swarm } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
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
  if (unlockKey !== null)
    return (
      <KeyDialog
        title={`The key that unlocks managers of ${swarm.name}`}
        about="A manager that restarts waits for it. Keep it outside of the Swarm."
        text={unlockKey}
        onClose={onClose}
      />
    )
  const fields = [
    {
      name: 'taskHistory',
      label: 'Ended tasks kept',
      hint: 'For each place; they tell why one has failed.',
      value: history,
      set: setHistory,
    },
    {
      name: 'heartbeatMs',
      label: 'Heartbeat',
      hint: 'How often a node says that it lives.',
      value: heartbeat,
      set: setHeartbeat,
    },
    {
      name: 'snapshotInterval',
      label: 'Changes between snapshots',
      hint: 'Of what managers have agreed on.',
      value: snapshot,
      set: setSnapshot,
    },
    {
      name: 'certificateExpiryMs',
      label: 'Certificates last',
      hint: 'Nodes renew theirs by themselves.',
      value: expiry,
      set: setExpiry,
    },
  ] as const
  return (
    <FormDialog
      title={`Settings of ${swarm.name}`}
      about="They hold for the whole Swarm, at once."
      act="Change settings"
      keep="Keep them"
      busy={change.isPending}
      error={change.error}
      wrong={wrong}
      onAct={() => (Object.keys(changes).length === 0 ? onClose() : change.mutate())}
      onClose={onClose}
    >
      {(words) => (
        <>
          <div className="grid gap-3 sm:grid-cols-2">
            {fields.map(({ name, label, hint, value, set }) => (
              <TextField
                key={name}
                label={label}
                name={name}
                hint={hint}
                value={value}
                error={words[name]}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => set(event.target.value)}
              />
            ))}
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
        </>
      )}
    </FormDialog>
  )
}
