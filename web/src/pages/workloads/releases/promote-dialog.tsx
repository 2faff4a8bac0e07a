import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../../api/client.ts'
import { answered } from '../../../api/deployments.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { paths } from '../../../paths.ts'
import { PlanView } from '../../../ui/code/plan-view.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { SelectField, TextField } from '../../../ui/control/field.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { Dialog } from '../../../ui/overlay/dialog.tsx'
import { TroubleBox } from '../../../ui/page/told.tsx'
import { EnvironmentTag, formOf } from '../../../ui/state/environment.tsx'
import { useReleases } from './use-releases.ts'

interface Props {
  readonly stack: string
  readonly from: string
  /** Number of the release; the serving one unless told. */
  readonly release?: number | undefined
  /** Folder of the manifest, which names the environments there are. */
  readonly directory?: string | undefined
  readonly onClose: () => void
}

/** The very release of one environment to another, with the config of that one. */
export function PromoteDialog({ stack, from, release, directory, onClose }: Props) {
  const go = useGo()
  const known = useReleases(stack)
  const described = useQuery({
    queryKey: keys.describe({ directory }),
    queryFn: () => client.deployments.describe({ directory: directory ?? '' }),
    enabled: directory !== undefined,
    retry: false,
  })
  const [picked, setPicked] = useState('')
  const [typed, setTyped] = useState('')
  const named = described.data?.environments.map((each) => each.name) ?? []
  const served = known.data?.map((each) => each.environment) ?? []
  const choices = [...new Set([...named, ...served])].filter((each) => each !== from)
  const to = picked || choices[0] || ''
  const production = formOf(to) === 'production'
  const input = { stack, from, to, ...(release === undefined ? {} : { release }) }
  const plan = useQuery({
    queryKey: keys.plan('deployments.promote', input),
    queryFn: () => client.deployments.promote.plan(input),
    enabled: to !== '',
    staleTime: 0,
  })
  const promote = useMutation({
    mutationFn: () => answered(null, () => client.deployments.promote(input)),
    onSuccess: (row) => {
      onClose()
      go(paths.deployment(row.id))
    },
  })
  const trouble = promote.error ?? plan.error ?? known.error
  const name = release === undefined ? 'the serving release' : `r${release}`
  return (
    <Dialog
      wide
      title={`Promote ${name} of ${stack}`}
      onClose={onClose}
      foot={
        <>
          <Button onClick={onClose}>Not now</Button>
          <Button
            look="primary"
            disabled={plan.data === undefined || (production && typed !== stack)}
            busy={promote.isPending}
            onClick={() => promote.mutate()}
          >
            Promote {name}
            {to === '' ? '' : ` to ${to}`}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {trouble && <TroubleBox trouble={wordsFor(trouble)} retry={() => void plan.refetch()} />}
        <p>
          The same artefacts go from <EnvironmentTag name={from} /> to the other environment; nothing is built again.
          The config and the secrets are those of the other one.
        </p>
        {choices.length > 0 ? (
          <SelectField label="To" value={to} onChange={(event) => setPicked(event.target.value)}>
            {choices.map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
          </SelectField>
        ) : (
          <TextField
            label="To"
            hint="Name of an environment of the manifest, such as production."
            value={picked}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => setPicked(event.target.value.trim())}
          />
        )}
        {to !== '' && plan.isPending && <p className="text-ink-3">Working out what would change…</p>}
        {plan.data && <PlanView plan={plan.data} />}
        {production && (
          <TextField
            label={`Type ${stack} to go on`}
            value={typed}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
      </div>
    </Dialog>
  )
}
