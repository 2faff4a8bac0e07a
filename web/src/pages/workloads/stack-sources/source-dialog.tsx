import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { StackSource } from '@wheelhouse/contract'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { targets } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { useRows } from '../../../api/row-store.ts'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { CheckLine, SelectField, TextArea, TextField } from '../../../ui/control/field.tsx'
import { parseVariables } from '../stacks/variables.ts'

export interface Connected extends StackSource {
  readonly hookSecret: string | null
}
interface Props {
  /** The stack that is to follow; chosen here unless told. */
  readonly stack?: { readonly name: string; readonly targetId: string } | undefined
  /** What it follows by now, to be changed. */
  readonly source?: StackSource | undefined
  readonly onDone: (source: Connected) => void
  readonly onClose: () => void
}

const intervals = [
  { value: '60', label: 'every minute' },
  { value: '300', label: 'every 5 minutes' },
  { value: '3600', label: 'every hour' },
  { value: '86400', label: 'every day' },
  { value: '', label: 'never by itself' },
]

/** Where the file of a stack is kept, and how to sign in there. Kept credentials stay unless new ones are typed. */
export function SourceDialog({ stack, source, onDone, onClose }: Props) {
  const cache = useQueryClient()
  const all = useRows(targets).filter(({ kind }) => kind === 'docker' || kind === 'process' || kind === 'swarm')
  const [name, setName] = useState(stack?.name ?? '')
  const [target, setTarget] = useState(stack?.targetId ?? all[0]?.id ?? '')
  const [url, setUrl] = useState(source?.url ?? '')
  const [branch, setBranch] = useState(source?.branch ?? 'main')
  const [path, setPath] = useState(source?.path ?? 'compose.yaml')
  const [directory, setDirectory] = useState(source?.directory ?? '')
  const [username, setUsername] = useState(source?.username ?? '')
  const [token, setToken] = useState('')
  const [privateKey, setPrivateKey] = useState('')
  const [hostKeys, setHostKeys] = useState(source?.hostKeys ?? '')
  const [variables, setVariables] = useState('')
  const [poll, setPoll] = useState(source ? String(source.pollSeconds ?? '') : '300')
  const [webhook, setWebhook] = useState(source?.hookPath != null)
  const overSsh = /^ssh:\/\/|^[\w.-]+@[^/:]+:/.test(url.trim())
  const values = parseVariables(variables)
  const hook = webhook === (source?.hookPath != null) ? {} : { webhook }
  const settings = {
    branch,
    path,
    ...(directory.trim() || source?.directory ? { directory: directory.trim() } : {}),
    ...(!overSsh && token ? { token } : {}),
    ...(!overSsh && username !== (source?.username ?? '') ? { username } : {}),
    ...(overSsh && privateKey.trim() ? { privateKey } : {}),
    ...(overSsh && hostKeys.trim() ? { hostKeys } : {}),
    ...(Object.keys(values).length > 0 ? { variables: values } : {}),
    pollSeconds: poll === '' ? null : Number(poll),
    ...hook,
  }
  const save = useMutation({
    mutationFn: (): Promise<Connected> =>
      source
        ? client.stackSources.update({ id: source.id, ...settings })
        : client.stackSources.connect({ name: name.trim(), target, url: url.trim(), ...settings }),
    onSuccess: (made) => {
      void cache.invalidateQueries({ queryKey: keys.stacks })
      onDone(made)
    },
  })
  const wrong = source
    ? {}
    : {
        name: stack || /^[a-z0-9][a-z0-9_-]*$/.test(name.trim()) ? null : 'Use small letters, digits, - and _.',
        target: target === '' ? 'There is no target yet: add one first.' : null,
        url: /^(?:https?|ssh):\/\/\S+$|^[\w.-]+@[^/:\s]+:\S+$/.test(url.trim())
          ? null
          : 'Write where it is, such as https://host/path.',
      }
  const kept = source && source.credential !== 'none' ? 'Empty: the one that is kept.' : undefined
  return (
    <FormDialog
      wide
      title={source ? `Change what ${source.stack} follows` : stack ? `Connect ${stack.name} to git` : 'Stack from git'}
      about="The file is read before anything is kept, and nothing is applied yet: the plan comes first."
      act={source ? 'Save' : 'Connect'}
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          {!stack && !source && (
            <div className="grid gap-3 sm:grid-cols-2">
              <TextField
                label="Name"
                name="name"
                value={name}
                error={words.name}
                spellCheck={false}
                onChange={(event) => setName(event.target.value)}
              />
              <SelectField
                label="Target"
                value={target}
                error={words.target}
                onChange={(event) => setTarget(event.target.value)}
              >
                {all.map((each) => (
                  <option key={each.id} value={each.id}>
                    {each.name}
                  </option>
                ))}
              </SelectField>
            </div>
          )}
          <TextField
            label="Repository"
            name="url"
            error={words.url}
            className="mono"
            hint="https://host/path or ssh://git@host/path"
            value={url}
            disabled={source !== undefined}
            spellCheck={false}
            onChange={(event) => setUrl(event.target.value)}
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Branch"
              className="mono"
              value={branch}
              spellCheck={false}
              onChange={(event) => setBranch(event.target.value)}
            />
            <TextField
              label="File"
              className="mono"
              hint="From the top of the repository."
              value={path}
              spellCheck={false}
              onChange={(event) => setPath(event.target.value)}
            />
          </div>
          {overSsh ? (
            <>
              <TextArea
                label="Deploy key"
                className="mono"
                hint={kept ?? 'The private half, without a passphrase. It is kept sealed.'}
                value={privateKey}
                spellCheck={false}
                onChange={(event) => setPrivateKey(event.target.value)}
              />
              <TextArea
                label="Host keys"
                className="mono"
                hint="As ssh-keyscan prints them; compare them with what the host publishes."
                value={hostKeys}
                spellCheck={false}
                onChange={(event) => setHostKeys(event.target.value)}
              />
            </>
          ) : (
            <div className="grid gap-3 sm:grid-cols-2">
              <TextField
                label="User name"
                hint="Most hosts take any with a token."
                value={username}
                autoComplete="off"
                spellCheck={false}
                onChange={(event) => setUsername(event.target.value)}
              />
              <TextField
                label="Token"
                type="password"
                autoComplete="new-password"
                hint={kept ?? 'Only where the repository asks for one. It is kept sealed.'}
                value={token}
                onChange={(event) => setToken(event.target.value)}
              />
            </div>
          )}
          <SelectField label="Ask for new commits" value={poll} onChange={(event) => setPoll(event.target.value)}>
            {intervals.some(({ value }) => value === poll) ? null : <option value={poll}>every {poll} s</option>}
            {intervals.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <CheckLine
            label="Also by a webhook"
            hint="The host of the code tells of each push; its secret is shown once."
            checked={webhook}
            onChange={(event) => setWebhook(event.target.checked)}
          />
          <details>
            <summary className="text-ink font-medium">Folder and variables</summary>
            <div className="flex flex-col gap-3 pt-3">
              <TextField
                label="Folder"
                className="mono"
                hint="On the target; relative paths in the file start here."
                value={directory}
                spellCheck={false}
                onChange={(event) => setDirectory(event.target.value)}
              />
              <TextArea
                label="Variables"
                className="mono"
                hint={
                  source && source.variables.length > 0
                    ? `Empty: those that are kept (${source.variables.join(', ')}).`
                    : 'NAME=value, one a line, for ${NAME} in the file.'
                }
                value={variables}
                spellCheck={false}
                onChange={(event) => setVariables(event.target.value)}
              />
            </div>
          </details>
        </>
      )}
    </FormDialog>
  )
}
