import { useMutation, useQueryClient } from '@tanstack/react-query'
import { maySomewhere, permissions } from '@wheelhouse/contract/identity/authority'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { useMe } from '../../../api/session.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CopyButton } from '../../../ui/control/copy.tsx'
import { CheckLine, SelectField, TextField } from '../../../ui/control/field.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'

/** Makes a token and shows it once. */
export function NewToken({ onClose }: { onClose: () => void }) {
  const me = useMe()
  const cache = useQueryClient()
  const mine = permissions.filter((permission) => maySomewhere(me, permission))
  const [name, setName] = useState('')
  const [days, setDays] = useState('90')
  const [scopes, setScopes] = useState<ReadonlySet<string>>(new Set(mine.filter((each) => each.endsWith('.read'))))
  const [told, setTold] = useState(false)
  const create = useMutation({
    mutationFn: () =>
      client.tokens.create({
        name: name.trim(),
        scopes: mine.filter((each) => scopes.has(each)),
        expiresInDays: Number(days),
      }),
    onSuccess: () => void cache.invalidateQueries({ queryKey: ['tokens'] }),
  })
  const wrong = {
    name: name.trim() === '' ? 'Say what it is for, such as nightly deploy.' : null,
    scopes: scopes.size === 0 ? 'Choose at least one thing it may do.' : null,
  }
  const submit = (): void => {
    setTold(true)
    if (!wrong.name && !wrong.scopes) create.mutate()
  }
  if (create.data)
    return (
      <Dialog
        title={`Token ${create.data.token.name}`}
        about="It is shown this once. Store it where your script finds it."
        onClose={onClose}
        foot={
          <Button look="primary" onClick={onClose}>
            I have stored it
          </Button>
        }
      >
        <div className="code flex items-center gap-2 pl-3">
          <span className="grow min-w-0 break-all py-2 text-ink">{create.data.secret}</span>
          <CopyButton text={create.data.secret} label="Copy token" />
        </div>
        <p className="meta pt-3 pb-1">Try it:</p>
        <div className="code px-3 py-2 whitespace-pre-wrap break-all">{`curl -H "Authorization: Bearer $TOKEN" ${window.location.origin}/api/v1/services`}</div>
      </Dialog>
    )
  return (
    <Dialog
      title="Create token"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={create.isPending} onClick={submit}>
            Create token
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {create.error && <TroubleBox trouble={wordsFor(create.error)} />}
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Name"
            value={name}
            error={told ? wrong.name : null}
            onChange={(event) => setName(event.target.value)}
          />
          <SelectField label="Ends after" value={days} onChange={(event) => setDays(event.target.value)}>
            {[
              ['7', '7 days'],
              ['30', '30 days'],
              ['90', '90 days'],
              ['365', '1 year'],
              ['3650', '10 years'],
            ].map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
        </div>
        <fieldset>
          <legend className="text-ink font-medium pb-2">What it may do at most</legend>
          <div className="grid gap-1.5 sm:grid-cols-2">
            {mine.map((each) => (
              <CheckLine
                key={each}
                label={<span className="mono">{each}</span>}
                checked={scopes.has(each)}
                onChange={(event) => {
                  const next = new Set(scopes)
                  if (event.target.checked) next.add(each)
                  else next.delete(each)
                  setScopes(next)
                }}
              />
            ))}
          </div>
          {told && wrong.scopes && (
            <p className="err pt-2" role="alert">
              {wrong.scopes}
            </p>
          )}
        </fieldset>
      </div>
    </Dialog>
  )
}
