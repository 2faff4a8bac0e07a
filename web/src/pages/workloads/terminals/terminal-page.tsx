import { useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import type { TerminalFacts, TerminalGoal } from '../../../api/terminal.ts'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { PageHead } from '../../../ui/page/head.tsx'
import { TerminalView } from './terminal-view.tsx'

/** A terminal by its link: one looks on, and types after asking to, where one may. */
export function TerminalPage() {
  const { id = '' } = useParams({ strict: false })
  return <Joined key={id} id={id} />
}

function Joined({ id }: { id: string }) {
  const [facts, setFacts] = useState<TerminalFacts | null>(null)
  const goal = useMemo((): TerminalGoal => ({ kind: 'join', id, writes: false }), [id])
  const name = facts?.serviceName ?? ''
  return (
    <>
      <PageHead
        title={facts ? `Terminal in ${name}` : 'Terminal'}
        crumbs={[
          { label: 'Services', href: paths.services() },
          ...(facts ? [{ label: name, href: paths.service(facts.serviceId) }] : []),
        ]}
        meta={facts && `opened by ${facts.openedBy}`}
      />
      <TerminalView
        goal={goal}
        serviceName={name}
        onOpened={setFacts}
        afterwards={
          <Go className="btn ml-auto md:ml-0" href={facts ? paths.service(facts.serviceId) : paths.services()}>
            {facts ? `Open ${name}` : 'Open services'}
          </Go>
        }
      />
    </>
  )
}
