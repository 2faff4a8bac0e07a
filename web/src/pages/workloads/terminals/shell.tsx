import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { client } from '../../../api/client.ts'
import type { TerminalGoal } from '../../../api/terminal.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Segment } from '../../../ui/control/pick.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Age } from '../../../ui/state/age.tsx'
import { forget, remember, remembered } from './remembered.ts'
import { TerminalView } from './terminal-view.tsx'

const shells: Record<string, readonly string[] | undefined> = {
  auto: undefined,
  sh: ['/bin/sh'],
  bash: ['/bin/bash'],
  ash: ['/bin/ash'],
}

export interface ShellPlace {
  /** Of a service, or of a Swarm task: the server finds its container. */
  readonly id: string
  readonly name: string
}

/** A shell in a place. It waits for a while when the page is left, and is joined again. */
export function Shell({ at }: { readonly at: ShellPlace }) {
  const [shell, setShell] = useParam('shell', 'auto')
  return <Opened key={`${at.id} ${shell}`} at={at} shell={shell} onShell={setShell} />
}

interface OpenedProps {
  readonly at: ShellPlace
  readonly shell: string
  onShell(shell: string): void
}

function Opened({ at, shell, onShell }: OpenedProps) {
  const place = `${at.id} ${shell}`
  const [attempt, setAttempt] = useState(0)
  const [mine, setMine] = useState<{ readonly id: string; readonly serviceId: string } | null>(null)
  const goal = useMemo((): TerminalGoal => {
    const id = attempt === 0 ? remembered(place) : null
    return id === null ? { kind: 'open', serviceId: at.id, argv: shells[shell] } : { kind: 'join', id, writes: true }
  }, [at.id, shell, place, attempt])
  return (
    <TerminalView
      goal={goal}
      serviceName={at.name}
      onOpened={({ id, serviceId }) => {
        setMine({ id, serviceId })
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
      {mine && <Others serviceId={mine.serviceId} mine={mine.id} />}
    </TerminalView>
  )
}

/** Further terminals in this service, with the way to each. */
function Others({ serviceId, mine }: { serviceId: string; mine: string }) {
  const { data } = useQuery({
    queryKey: ['terminals', serviceId],
    queryFn: () => client.terminals.list({ service: serviceId, limit: 20 }),
    refetchInterval: 10_000,
  })
  const others = (data?.items ?? []).filter(({ id }) => id !== mine)
  if (others.length === 0) return null
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
