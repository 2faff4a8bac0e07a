import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { useMemo, useState } from 'react'
import { useAllowedActs } from '../../../acts/act-menu.tsx'
import { client } from '../../../api/client.ts'
import type { TerminalGoal } from '../../../api/terminal.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Empty } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { TerminalView } from '../terminals/terminal-view.tsx'
import { forget, remember, remembered } from '../terminals/remembered.ts'

const shells: Record<string, readonly string[] | undefined> = {
  auto: undefined,
  sh: ['/bin/sh'],
  bash: ['/bin/bash'],
  ash: ['/bin/ash'],
}

/** A shell inside the service. It waits for a while when the tab is left, and is joined again. */
export function TerminalTab({ service }: { service: Service }) {
  const allowed = useAllowedActs(service)
  const [shell, setShell] = useParam('shell', 'auto')
  if (!allowed.has('exec'))
    return (
      <Empty
        title={
          service.state === 'running' ? 'You may not open a terminal here.' : `${service.name} is ${service.state}.`
        }
      >
        {service.state === 'running'
          ? 'Its target cannot run commands inside it, or an administrator has to allow you to.'
          : 'A terminal needs it to run. Start it first.'}
      </Empty>
    )
  return <Shell key={shell} service={service} shell={shell} onShell={setShell} />
}

function Shell({ service, shell, onShell }: { service: Service; shell: string; onShell: (shell: string) => void }) {
  const place = `${service.id} ${shell}`
  const [attempt, setAttempt] = useState(0)
  const [mine, setMine] = useState<string | null>(null)
  const goal = useMemo((): TerminalGoal => {
    const id = attempt === 0 ? remembered(place) : null
    return id === null
      ? { kind: 'open', serviceId: service.id, argv: shells[shell] }
      : { kind: 'join', id, writes: true }
  }, [service.id, shell, place, attempt])
  return (
    <TerminalView
      goal={goal}
      serviceName={service.name}
      onOpened={({ id }) => {
        setMine(id)
        remember(place, id)
      }}
      onOver={(code) => {
        forget(place)
        // The one from before is gone: a new one, without asking.
        if (goal.kind === 'join' && code === 'NOT_FOUND') setAttempt(attempt + 1)
      }}
      afterwards={
        <Button className="ml-auto md:ml-0" onClick={() => setAttempt(attempt + 1)}>
          Open again
        </Button>
      }
    >
      <Segment
        label="Shell"
        value={shell}
        onPick={onShell}
        options={[
          { value: 'auto', label: 'its own' },
          { value: 'sh', label: 'sh' },
          { value: 'bash', label: 'bash' },
          { value: 'ash', label: 'ash' },
        ]}
      />
      <Others serviceId={service.id} mine={mine} />
    </TerminalView>
  )
}

/** Further terminals in this service, with the way to each. */
function Others({ serviceId, mine }: { serviceId: string; mine: string | null }) {
  const { data } = useQuery({
    queryKey: ['terminals', serviceId],
    queryFn: () => client.terminals.list({ service: serviceId, limit: 20 }),
    refetchInterval: 10_000,
  })
  const others = (data?.items ?? []).filter(({ id }) => id !== mine)
  if (mine === null || others.length === 0) return null
  return (
    <span className="meta flex items-center gap-2 min-w-0 overflow-x-auto">
      Also open
      {others.map(({ id, openedBy, openedAt, state }) => (
        <Go key={id} className="link whitespace-nowrap" href={paths.terminal(id)}>
          {openedBy}, <Age at={openedAt} />
          {state === 'detached' && ', nobody there'}
        </Go>
      ))}
    </span>
  )
}
