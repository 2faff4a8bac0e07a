import type { HealthCheckSpec } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../../acts/form-dialog.tsx'
import { SelectField, TextField } from '../../../../ui/control/field.tsx'
import { draftOf, specOf } from './draft.ts'
import { StoreFields } from './store-fields.tsx'

interface Props {
  readonly spec: HealthCheckSpec | null
  readonly taken: readonly string[]
  readonly busy: boolean
  /** Why the last try failed. */
  readonly error: unknown
  readonly onSave: (spec: HealthCheckSpec) => void
  readonly onClose: () => void
}

/** Adds or changes one check. */
export function CheckDialog({ spec, taken, busy, error, onSave, onClose }: Props) {
  const [draft, setDraft] = useState(() => draftOf(spec))
  const judged = specOf(draft, taken)
  const put = (field: keyof typeof draft) => (event: { target: { value: string } }) =>
    setDraft({ ...draft, [field]: event.target.value })
  return (
    <FormDialog
      title={spec ? `Change check ${spec.name}` : 'Add a health check'}
      act={spec ? 'Save check' : 'Add check'}
      busy={busy}
      error={error}
      wrong={'wrong' in judged ? judged.wrong : {}}
      onAct={() => 'spec' in judged && onSave(judged.spec)}
      onClose={onClose}
    >
      {(words) => (
        <>
          <div className="grid grid-cols-2 gap-3">
            <TextField label="Name" name="name" value={draft.name} error={words.name} onChange={put('name')} />
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
              name="url"
              value={draft.url}
              error={words.url}
              onChange={put('url')}
            />
          )}
          {draft.kind === 'http' && (
            <div className="grid grid-cols-2 gap-3">
              <TextField
                label="Expected status"
                hint="Empty: any status from 200 to 399."
                inputMode="numeric"
                name="expectStatus"
                value={draft.expectStatus}
                error={words.expectStatus}
                onChange={put('expectStatus')}
              />
              <TextField
                label="Text in the answer"
                hint="Looked for in its first megabyte."
                spellCheck={false}
                name="contains"
                value={draft.contains}
                error={words.contains}
                onChange={put('contains')}
              />
            </div>
          )}
          {(draft.kind === 'database' || draft.kind === 'queue') && (
            <StoreFields draft={draft} words={words} queue={draft.kind === 'queue'} put={put} />
          )}
          {draft.kind === 'tcp' && (
            <div className="grid grid-cols-2 gap-3">
              <TextField
                label="Host"
                className="mono"
                spellCheck={false}
                name="host"
                value={draft.host}
                error={words.host}
                onChange={put('host')}
              />
              <TextField
                label="Port"
                name="port"
                inputMode="numeric"
                value={draft.port}
                error={words.port}
                onChange={put('port')}
              />
            </div>
          )}
          {draft.kind === 'command' && (
            <TextField
              label="Command"
              className="mono"
              spellCheck={false}
              hint="Words are split at spaces; “quotes” keep them together. No shell reads it."
              name="command"
              value={draft.command}
              error={words.command}
              onChange={put('command')}
            />
          )}
          <div className="grid grid-cols-2 gap-3 sm:grid-cols-4">
            <TextField
              label="Every, s"
              inputMode="decimal"
              name="interval"
              value={draft.interval}
              error={words.interval}
              onChange={put('interval')}
            />
            <TextField
              label="Within, s"
              inputMode="decimal"
              name="timeout"
              value={draft.timeout}
              error={words.timeout}
              onChange={put('timeout')}
            />
            <TextField
              label="Failures"
              inputMode="numeric"
              name="retries"
              value={draft.retries}
              error={words.retries}
              onChange={put('retries')}
            />
            <TextField
              label="Start, s"
              inputMode="decimal"
              name="startPeriod"
              value={draft.startPeriod}
              error={words.startPeriod}
              onChange={put('startPeriod')}
            />
          </div>
          <p className="meta">
            So many failures in a row count as unhealthy; failures within the start time do not count.
          </p>
        </>
      )}
    </FormDialog>
  )
}
