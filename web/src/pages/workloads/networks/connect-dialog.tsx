import { useMutation } from '@tanstack/react-query'
import type { Network } from '@wheelhouse/contract'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { services } from '../../../api/fleet.ts'
import { useRows } from '../../../api/row-store.ts'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'

/** Lets a container of the same engine into the network. */
export function ConnectDialog({ network, onClose }: { network: Network; onClose: () => void }) {
  const there = new Set(network.attached.map((one) => one.serviceId))
  const rows = useRows(services)
    .filter((row) => row.targetId === network.targetId && row.kind === 'container' && !there.has(row.id))
    .toSorted((a, b) => a.name.localeCompare(b.name))
  const [picked, setPicked] = useState('')
  const service = rows.some((row) => row.id === picked) ? picked : (rows[0]?.id ?? '')
  const [aliases, setAliases] = useState('')
  const [ipv4, setIpv4] = useState('')
  const words = aliases.split(/[\s,]+/).filter((word) => word !== '')
  const connect = useMutation({
    mutationFn: () =>
      client.networks.connect({
        target: network.targetId,
        network: network.networkId,
        service,
        ...(words.length > 0 ? { aliases: words } : {}),
        ...(ipv4 ? { ipv4 } : {}),
      }),
    onSuccess: () => {
      const name = rows.find((row) => row.id === service)?.name ?? 'It'
      toast({ state: 'succeeded', title: `${name} is in ${network.name}` })
      onClose()
    },
  })
  return (
    <FormDialog
      title={`Connect a container to ${network.name}`}
      act={service === '' ? null : 'Connect'}
      busy={connect.isPending}
      error={connect.error}
      onAct={() => connect.mutate()}
      onClose={onClose}
    >
      {(words) =>
        service === '' ? (
          <p className="text-ink-3">Every container of {network.targetName} is in it already.</p>
        ) : (
          <>
            <SelectField label="Container" value={service} onChange={(event) => setPicked(event.target.value)}>
              {rows.map((row) => (
                <option key={row.id} value={row.id}>
                  {row.name}
                  {row.state === 'running' ? '' : ` (${row.state})`}
                </option>
              ))}
            </SelectField>
            <TextField
              label="Further names"
              aside="optional"
              hint="Under which others in the network find it, such as: db store"
              value={aliases}
              autoComplete="off"
              spellCheck={false}
              onChange={(event) => setAliases(event.target.value)}
            />
            <TextField
              label="Address"
              aside="optional"
              hint={`One that is free unless told${network.subnets[0] ? `; from ${network.subnets[0].subnet}` : ''}.`}
              value={ipv4}
              error={words.ipv4}
              onChange={(event) => setIpv4(event.target.value.trim())}
            />
          </>
        )
      }
    </FormDialog>
  )
}
