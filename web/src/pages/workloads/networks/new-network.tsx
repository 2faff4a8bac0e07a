import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { FormDialog } from '../../../acts/form-dialog.tsx'
import { client } from '../../../api/client.ts'
import { paths } from '../../../paths.ts'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { EngineField, useEngineChoice } from '../engine-field.tsx'
import { nameMistake } from '../object-name.ts'

export function NewNetwork({ targetId, onClose }: { targetId: string; onClose: () => void }) {
  const go = useGo()
  const { target, choose } = useEngineChoice('networks', targetId)
  const [name, setName] = useState('')
  const [driver, setDriver] = useState('')
  const [subnet, setSubnet] = useState('')
  const [gateway, setGateway] = useState('')
  const [traits, setTraits] = useState({ internal: false, attachable: false, ipv6: false })
  const wrong = {
    name: nameMistake(name),
    subnet: subnet === '' || /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(subnet) ? null : 'Use CIDR, such as 10.5.0.0/16.',
    gateway: gateway !== '' && subnet === '' ? 'Name its subnet too.' : null,
  }
  const create = useMutation({
    mutationFn: () =>
      client.networks.create({
        target,
        name,
        ...(driver.trim() ? { driver: driver.trim() } : {}),
        ...(subnet ? { subnets: [{ subnet, ...(gateway ? { gateway } : {}) }] } : {}),
        ...Object.fromEntries(Object.entries(traits).filter(([, is]) => is)),
      }),
    onSuccess: (row) => {
      toast({ state: 'succeeded', title: `${row.name} made on ${row.targetName}` })
      onClose()
      go(paths.network(row.targetId, row.networkId.slice(0, 12)))
    },
  })
  const check = (key: keyof typeof traits, label: string, hint: string) => (
    <CheckLine
      label={label}
      hint={hint}
      checked={traits[key]}
      onChange={(event) => setTraits({ ...traits, [key]: event.target.checked })}
    />
  )
  return (
    <FormDialog
      title="New network"
      act="Make network"
      busy={create.isPending}
      error={create.error}
      wrong={wrong}
      onAct={() => create.mutate()}
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
          <EngineField kind="networks" value={target} onChange={choose} />
          <div className="grid gap-3 sm:grid-cols-2">
            <TextField
              label="Subnet"
              name="subnet"
              aside="optional"
              hint="One that is free unless told."
              value={subnet}
              error={words.subnet}
              autoComplete="off"
              onChange={(event) => setSubnet(event.target.value.trim())}
            />
            <TextField
              label="Gateway"
              name="gateway"
              aside="optional"
              value={gateway}
              error={words.gateway}
              autoComplete="off"
              onChange={(event) => setGateway(event.target.value.trim())}
            />
          </div>
          <TextField
            label="Driver"
            aside="optional"
            hint="bridge unless told. Those that reach the network of the host need an administrator."
            value={driver}
            error={words.driver}
            autoComplete="off"
            onChange={(event) => setDriver(event.target.value)}
          />
          {check('internal', 'Internal', 'Those in it reach each other and nothing else.')}
          {check('attachable', 'Attachable', 'Containers may join an overlay of a Swarm by hand.')}
          {check('ipv6', 'IPv6', 'Also with addresses of version 6; name a subnet for them.')}
        </>
      )}
    </FormDialog>
  )
}
