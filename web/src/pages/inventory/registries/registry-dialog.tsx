import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Registry } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { isAddress } from './words.ts'

/** Adds or changes a registry. Its sign-in is tried before it is kept; the password is never shown again. */
export function RegistryDialog({ registry, onClose }: { registry: Registry | null; onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState(registry?.name ?? '')
  const [address, setAddress] = useState(registry?.address ?? '')
  const [username, setUsername] = useState(registry?.username ?? '')
  const [password, setPassword] = useState('')
  const [insecure, setInsecure] = useState(registry?.insecure ?? false)
  const user = username.trim()
  const keeps = registry?.hasPassword === true && user === registry.username && password === ''
  const wrong: Record<string, string> = {}
  if (name.trim() === '') wrong.name = 'Give it a name, such as house.'
  if (!isAddress(address.trim())) wrong.address = 'Use host or host:port, without https://.'
  if (user !== '' && password === '' && !keeps) wrong.password = 'A user name needs its password.'
  if (user === '' && password !== '') wrong.username = 'A password needs its user name.'
  const save = useMutation({
    mutationFn: (): Promise<Registry> => {
      if (!registry)
        return client.registries.add({
          name: name.trim(),
          address: address.trim(),
          ...(user ? { username: user, password } : {}),
          insecure,
        })
      return client.registries.update({
        id: registry.id,
        name: name.trim(),
        ...(keeps || (user === '' && registry.username === null)
          ? {}
          : user === ''
            ? { username: null }
            : { username: user, password }),
        ...(insecure === registry.insecure ? {} : { insecure }),
      })
    },
    onSuccess: (row) => {
      void cache.invalidateQueries({ queryKey: keys.registries })
      toast({ state: 'succeeded', title: registry ? `${row.name} changed` : `${row.name} added: its sign-in works` })
      onClose()
    },
  })
  return (
    <FormDialog
      title={registry ? `Change registry ${registry.name}` : 'Add a registry'}
      act={registry ? 'Save registry' : 'Add registry'}
      busy={save.isPending}
      error={save.error}
      wrong={wrong}
      onAct={() => save.mutate()}
      onClose={onClose}
    >
      {(words) => (
        <>
          <TextField
            label="Name"
            name="name"
            value={name}
            error={words.name}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setName(event.target.value)}
          />
          <TextField
            label="Address"
            name="address"
            className="mono"
            hint="As it stands in front of image names; docker.io for the public one."
            value={address}
            error={words.address}
            readOnly={registry !== null}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setAddress(event.target.value)}
          />
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="User name"
              hint="Empty: it needs no sign-in."
              value={username}
              error={words.username}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setUsername(event.target.value)}
            />
            <TextField
              label="Password or token"
              type="password"
              hint={
                registry?.hasPassword ? 'Stored encrypted. Empty: it stays.' : 'Stored encrypted, never shown again.'
              }
              value={password}
              error={words.password}
              autoComplete="new-password"
              onChange={(event) => setPassword(event.target.value)}
            />
          </div>
          <CheckLine
            label="Accept plain HTTP or an unknown certificate"
            hint="For a registry of your own network. What goes there can be read on the way. Engines have a setting of their own."
            checked={insecure}
            onChange={(event) => setInsecure(event.target.checked)}
          />
        </>
      )}
    </FormDialog>
  )
}
