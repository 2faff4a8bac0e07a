import { useState } from 'react'
import { PlannedDialog } from '../../../acts/planned-dialog.tsx'
import { client } from '../../../api/client.ts'
import { CheckLine, SelectField, TextArea, TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { EngineOptions } from './engine-options.tsx'
import { useSwarmEngines } from './use-swarm-engines.ts'

interface Props {
  /** With the id of the Swarm, and the key that is told this once. */
  readonly onBegun: (targetId: string, unlockKey: string | null) => void
  readonly onClose: () => void
}

const pool = /^[0-9a-fA-F.:]+\/\d{1,3}$/

/** Makes an engine the first manager of a new Swarm. */
export function InitDialog({ onBegun, onClose }: Props) {
  const { free, joined } = useSwarmEngines()
  const [chosen, setTarget] = useState('')
  const [advertise, setAdvertise] = useState('')
  const [listen, setListen] = useState('')
  const [port, setPort] = useState('')
  const [pools, setPools] = useState('')
  const [autolock, setAutolock] = useState(false)
  const [anew, setAnew] = useState(false)
  const [told, setTold] = useState(false)
  const engines = anew ? [...free, ...joined] : free
  const target = engines.some(({ id }) => id === chosen) ? chosen : (engines[0]?.id ?? '')
  const addressPools = pools.split(/\s+/).filter((line) => line !== '')
  const dataPathPort = port.trim() === '' ? null : Number(port)
  const wrong = {
    target:
      target === '' ? 'Every engine that you may use is a node of a Swarm already. Add another engine first.' : null,
    port:
      dataPathPort === null || (Number.isInteger(dataPathPort) && dataPathPort >= 1024 && dataPathPort <= 49_151)
        ? null
        : 'Use a number from 1024 to 49151.',
    pools: addressPools.every((line) => pool.test(line)) ? null : 'Write ranges such as 10.20.0.0/16, one a line.',
  }
  const input = {
    target,
    ...(advertise.trim() ? { advertise: advertise.trim() } : {}),
    ...(listen.trim() ? { listen: listen.trim() } : {}),
    ...(dataPathPort === null ? {} : { dataPathPort }),
    ...(addressPools.length > 0 ? { addressPools } : {}),
    ...(autolock ? { autolock } : {}),
    ...(anew ? { forceNewCluster: true } : {}),
  }
  const name = engines.find(({ id }) => id === target)?.name ?? ''
  return (
    <PlannedDialog
      title="Begin a Swarm"
      about="One engine becomes its first manager. Others join it afterwards."
      act={anew ? 'Start anew' : `Begin on ${name}`}
      danger={anew}
      input={JSON.stringify(input)}
      check={() => {
        setTold(true)
        return Object.values(wrong).every((each) => each === null)
      }}
      plan={() => client.swarm.init.plan(input)}
      run={() => client.swarm.init(input)}
      onDone={({ targetId, unlockKey }) => {
        toast({ state: 'succeeded', title: `${name} is the first manager of a new Swarm` })
        onBegun(targetId, unlockKey)
      }}
      onClose={onClose}
    >
      <SelectField
        label="Engine"
        value={target}
        error={told ? wrong.target : null}
        onChange={(event) => setTarget(event.target.value)}
      >
        <EngineOptions engines={engines} />
      </SelectField>
      <div className="grid gap-3 sm:grid-cols-2">
        <TextField
          label="Address others reach it by"
          className="mono"
          hint="Such as 10.0.0.1:2377. Needed where it has several addresses."
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
        <TextField
          label="Port of overlay traffic"
          hint="4789 unless told."
          inputMode="numeric"
          value={port}
          error={told ? wrong.port : null}
          onChange={(event) => setPort(event.target.value)}
        />
        <TextArea
          label="Ranges for overlay networks"
          className="mono"
          hint="One a line. 10.0.0.0/8 unless told."
          rows={2}
          value={pools}
          error={told ? wrong.pools : null}
          spellCheck={false}
          onChange={(event) => setPools(event.target.value)}
        />
      </div>
      <CheckLine
        label="Lock managers that restart"
        hint="They wait for a key, which is told once: keep it."
        checked={autolock}
        onChange={(event) => setAutolock(event.target.checked)}
      />
      <CheckLine
        label="Start anew after a lost quorum"
        hint="From what this manager knows. The other managers are forgotten."
        checked={anew}
        onChange={(event) => setAnew(event.target.checked)}
      />
    </PlannedDialog>
  )
}
