import type { Service } from '@wheelhouse/contract'
import { useState } from 'react'
import { Button } from '../ui/control/button.tsx'
import { SelectField, TextField } from '../ui/control/field.tsx'
import { listed, plural } from '../ui/format/number.ts'
import { Dialog } from '../ui/overlay/dialog.tsx'
import { DestroyDialog } from '../ui/overlay/destroy-dialog.tsx'
import { RemoveDialog } from './remove-dialog.tsx'
import type { ActInput } from './run.ts'
import type { RunnableAct } from './words.ts'

interface Props {
  readonly act: RunnableAct
  readonly services: readonly Service[]
  readonly onRun: (input: ActInput) => void
  readonly onClose: () => void
}

/** What comes before an act that cannot simply be undone. */
export function AskDialog(props: Props) {
  if (props.act === 'rename') return <RenameDialog {...props} />
  if (props.act === 'kill') return <KillDialog {...props} />
  if (props.act === 'remove') return <RemoveDialog {...props} />
  return <StopDialog {...props} />
}

const naming = (services: readonly Service[]): string =>
  services.length === 1 ? `${services[0]?.name} on ${services[0]?.targetName}` : plural(services.length, 'service')

function StopDialog({ services, onRun, onClose }: Props) {
  const running = services.filter((service) => service.state !== 'stopped')
  return (
    <DestroyDialog
      title={`Stop ${naming(services)}?`}
      keep="Keep running"
      act={`Stop ${plural(running.length, 'service')}`}
      onAct={() => onRun({})}
      onClose={onClose}
    >
      <p>
        This stops <b>{listed(services.map((service) => service.name))}</b>. Each gets its signal and time to finish.
      </p>
      <p>
        <b>Kept:</b> the services with their settings and data. Start brings them back.
      </p>
    </DestroyDialog>
  )
}

const signals = [
  ['SIGKILL', 'ends it at once, it cannot tidy up'],
  ['SIGTERM', 'asks it to end'],
  ['SIGINT', 'as Ctrl C does'],
  ['SIGHUP', 'many read their configuration again'],
  ['SIGQUIT', 'ends it, often with a dump'],
  ['SIGUSR1', 'whatever it means to the program'],
  ['SIGUSR2', 'whatever it means to the program'],
] as const

function KillDialog({ services, onRun, onClose }: Props) {
  const [signal, setSignal] = useState('SIGKILL')
  return (
    <DestroyDialog
      title={`Send a signal to ${naming(services)}?`}
      keep="Send nothing"
      act={`Send ${signal}`}
      onAct={() => onRun({ signal })}
      onClose={onClose}
    >
      <p>
        {services.length > 1 && <b>{listed(services.map((service) => service.name))}. </b>}
        Work that was not saved is lost with SIGKILL. A restart policy may start it again.
      </p>
      <SelectField label="Signal" value={signal} onChange={(event) => setSignal(event.target.value)}>
        {signals.map(([name, meaning]) => (
          <option key={name} value={name}>
            {name}: {meaning}
          </option>
        ))}
      </SelectField>
    </DestroyDialog>
  )
}

function RenameDialog({ services, onRun, onClose }: Props) {
  const old = services[0]?.name ?? ''
  const [name, setName] = useState(old)
  const [told, setTold] = useState(false)
  const fits = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/.test(name)
  const error =
    told && !fits ? 'Use 1 to 63 letters, digits, dots, dashes or underscores, starting with a letter or digit.' : null
  const submit = (): void => {
    setTold(true)
    if (fits && name !== old) onRun({ name })
  }
  return (
    <Dialog
      title={`Rename ${old}`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Keep name</Button>
          <Button look="primary" onClick={submit}>
            Rename service
          </Button>
        </>
      }
    >
      <TextField
        label="New name"
        hint="Links by id stay; whatever reaches it by name must follow."
        value={name}
        error={error}
        autoComplete="off"
        spellCheck={false}
        onBlur={() => setTold(true)}
        onChange={(event) => setName(event.target.value)}
        onKeyDown={(event) => event.key === 'Enter' && submit()}
      />
    </Dialog>
  )
}
