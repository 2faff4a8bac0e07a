import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { fieldErrors, wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { CheckLine, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { toast } from '../../../ui/overlay/toast.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EngineField, useEngines } from '../volumes/engine-field.tsx'

export function NewNetwork({ targetId, onClose }: { targetId: string; onClose: () => void }) {
  const go = useGo()
  const engines = useEngines('networks')
  const [target, setTarget] = useState(targetId)
  const chosen = engines.some((row) => row.id === target) ? target : (engines[0]?.id ?? '')
  const [name, setName] = useState('')
  const [driver, setDriver] = useState('')
  const [subnet, setSubnet] = useState('')
  const [gateway, setGateway] = useState('')
  const [traits, setTraits] = useState({ internal: false, attachable: false, ipv6: false })
  const [told, setTold] = useState(false)
  const wrong: Record<string, string> = {}
  if (!/^[a-zA-Z0-9][\w.-]{0,62}$/.test(name))
    wrong.name = 'Use 1 to 63 letters, digits, dots, dashes or underscores, a letter or digit first.'
  if (subnet !== '' && !/^[0-9a-fA-F.:]+\/\d{1,3}$/.test(subnet)) wrong.subnet = 'Use CIDR, such as 10.5.0.0/16.'
  if (gateway !== '' && subnet === '') wrong.gateway = 'Name its subnet too.'
  const create = useMutation({
    mutationFn: () =>
      client.networks.create({
        target: chosen,
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
  const shown = { ...(told ? wrong : {}), ...fieldErrors(create.error) }
  const submit = (): void => {
    setTold(true)
    if (Object.keys(wrong).length === 0) create.mutate()
    else document.querySelector<HTMLElement>('.dialog [aria-invalid=true]')?.focus()
  }
  const check = (key: keyof typeof traits, label: string, hint: string) => (
    <CheckLine
      label={label}
      hint={hint}
      checked={traits[key]}
      onChange={(event) => setTraits({ ...traits, [key]: event.target.checked })}
    />
  )
  return (
    <Dialog
      title="New network"
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" busy={create.isPending} onClick={submit}>
            Make network
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {create.error && <TroubleBox trouble={wordsFor(create.error)} />}
        <TextField
          label="Name"
          value={name}
          error={shown.name}
          autoComplete="off"
          spellCheck={false}
          onChange={(event) => setName(event.target.value)}
        />
        <EngineField kind="networks" value={chosen} onChange={setTarget} />
        <div className="grid gap-3 sm:grid-cols-2">
          <TextField
            label="Subnet"
            aside="optional"
            hint="One that is free unless told."
            value={subnet}
            error={shown.subnet}
            onChange={(event) => setSubnet(event.target.value.trim())}
          />
          <TextField
            label="Gateway"
            aside="optional"
            value={gateway}
            error={shown.gateway}
            onChange={(event) => setGateway(event.target.value.trim())}
          />
        </div>
        <TextField
          label="Driver"
          aside="optional"
          hint="bridge unless told. Those that reach the network of the host need an administrator."
          value={driver}
          onChange={(event) => setDriver(event.target.value)}
        />
        {check('internal', 'Internal', 'Those in it reach each other and nothing else.')}
        {check('attachable', 'Attachable', 'Containers may join an overlay of a Swarm by hand.')}
        {check('ipv6', 'IPv6', 'Also with addresses of version 6; name a subnet for them.')}
      </div>
    </Dialog>
  )
}
