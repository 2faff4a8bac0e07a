import type { HealthCheckSpec } from '@wheelhouse/contract'
import { useState } from 'react'
import { Button } from '../../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../../ui/control/field.tsx'
import { Dialog } from '../../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../../ui/page/told.tsx'
import { draftOf, specOf } from './draft.ts'
import { StoreFields } from './store-fields.tsx'

interface Props {
  readonly spec: HealthCheckSpec | null
  readonly taken: readonly string[]
  readonly busy: boolean
  readonly trouble: string | null
  readonly onSave: (spec: HealthCheckSpec) => void
  readonly onClose: () => void
}

/** Adds or changes one check. Values are judged on save and then with each key. */
export function CheckDialog({ spec, taken, busy, trouble, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(spec))
  const [told, setTold] = useState(false)
  const judged = specOf(draft, taken)
  const wrong = told && 'wrong' in judged ? judged.wrong : {}
  const put = (field: keyof typeof draft) => (event: { target: { value: string } }) =>
    setDraft({ ...draft, [field]: event.target.value })
  const save = (): void => {
    setTold(true)
    if ('spec' in judged) onSave(judged.spec)
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  return (
    <Dialog
      title={spec ? `Change check ${spec.name}` : 'Add a health check'}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={busy} onClick={save}>
            {spec ? 'Save check' : 'Add check'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {trouble && <TroubleBox trouble={{ what: trouble, code: 'VALIDATION_FAILED', requestId: null }} />}
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Name" value={draft.name} error={wrong.name} onChange={put('name')} />
          <SelectField label="Kind" value={draft.kind} onChange={put('kind')}>
            <option value="http">HTTP</option>
            <option value="tcp">TCP</option>
            <option value="websocket">WebSocket</option>
            <option value="command">Command inside it</option>
            <option value="database">Database</option>
            <option value="queue">Queue</option>
          </SelectField>
        </div>
        {(draft.kind === 'http' || draft.kind === 'websocket') && (
          <TextField
            label="URL"
            className="mono"
            spellCheck={false}
            hint={draft.kind === 'http' ? 'http://127.0.0.1:8080/health' : 'ws://127.0.0.1:8080/live'}
            value={draft.url}
            error={wrong.url}
            onChange={put('url')}
          />
        )}
        {draft.kind === 'http' && (
          <div className="grid grid-cols-2 gap-3">
            <TextField
              label="Expected status"
              hint="Empty: any status from 200 to 399."
              inputMode="numeric"
              value={draft.expectStatus}
              error={wrong.expectStatus}
              onChange={put('expectStatus')}
            />
            <TextField
              label="Text in the answer"
              hint="Looked for in its first megabyte."
              spellCheck={false}
              value={draft.contains}
              error={wrong.contains}
              onChange={put('contains')}
            />
          </div>
        )}
        {(draft.kind === 'database' || draft.kind === 'queue') && (
          <StoreFields draft={draft} wrong={wrong} queue={draft.kind === 'queue'} put={put} />
        )}
        {draft.kind === 'tcp' && (
          <div className="grid grid-cols-2 gap-3">
            <TextField
              label="Host"
              className="mono"
              spellCheck={false}
              value={draft.host}
              error={wrong.host}
              onChange={put('host')}
            />
            <TextField label="Port" inputMode="numeric" value={draft.port} error={wrong.port} onChange={put('port')} />
          </div>
        )}
        {draft.kind === 'command' && (
          <TextField
            label="Command"
            className="mono"
            spellCheck={false}
            hint="Words are split at spaces; “quotes” keep them together. No shell reads it."
            value={draft.command}
            error={wrong.command}
            onChange={put('command')}
          />
        )}
        <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
          <TextField
            label="Every, s"
            inputMode="decimal"
            value={draft.interval}
            error={wrong.interval}
            onChange={put('interval')}
          />
          <TextField
            label="Within, s"
            inputMode="decimal"
            value={draft.timeout}
            error={wrong.timeout}
            onChange={put('timeout')}
          />
          <TextField
            label="Failures"
            inputMode="numeric"
            value={draft.retries}
            error={wrong.retries}
            onChange={put('retries')}
          />
          <TextField
            label="Start, s"
            inputMode="decimal"
            value={draft.startPeriod}
            error={wrong.startPeriod}
            onChange={put('startPeriod')}
          />
        </div>
        <p className="meta">
          So many failures in a row count as unhealthy; failures within the start time do not count.
        </p>
      </div>
    </Dialog>
  )
}
