import { useMutation } from '@tanstack/react-query'
import { Stethoscope } from 'lucide-react'
import { useEffect } from 'react'
import { client } from '../../../api/client.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { Button } from '../../../ui/control/button.tsx'
import { plural } from '../../../ui/format/number.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { FindingList } from './finding-list.tsx'

/** Looks for what keeps the house from working. */
export function Troubleshoot() {
  const look = useMutation({ mutationFn: () => client.diagnostics.troubleshoot() })
  const { mutate } = look
  useEffect(() => mutate(), [mutate])
  const bad = look.data?.findings.filter(({ state }) => state === 'error' || state === 'warning').length ?? 0
  return (
    <div className="panels">
      {look.error && <TroubleBox trouble={wordsFor(look.error)} retry={() => mutate()} />}
      <Panel
        title={
          look.data
            ? bad === 0
              ? 'Nothing was found'
              : `${plural(bad, 'thing needs', 'things need')} somebody`
            : 'Looking'
        }
        meta={look.data && <Age at={look.data.at} suffix=" ago" />}
        actions={
          <Button icon={Stethoscope} busy={look.isPending} onClick={() => mutate()}>
            Look again
          </Button>
        }
        flush
      >
        {look.data ? <FindingList findings={look.data.findings} /> : <Skeleton />}
      </Panel>
    </div>
  )
}
