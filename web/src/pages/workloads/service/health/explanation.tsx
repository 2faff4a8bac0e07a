import { useQuery } from '@tanstack/react-query'
import type { Service } from '@wheelhouse/contract'
import { client } from '../../../../api/client.ts'
import { keys } from '../../../../api/keys.ts'
import { wordsFor } from '../../../../api/trouble.ts'
import { FindingList } from '../../../observation/diagnostics/finding-list.tsx'
import { Panel } from '../../../../ui/page/panel.tsx'
import { Skeleton, TroubleBox } from '../../../../ui/page/told.tsx'

/** Why a service does not run: everything that is known to keep one from it, looked at now. */
export function Explanation({ service }: { service: Service }) {
  const asked = useQuery({
    queryKey: [...keys.explanation(service.id), service.state, service.health],
    queryFn: () => client.diagnostics.explain({ id: service.id }),
    placeholderData: (before) => before,
  })
  if (asked.error) return <TroubleBox trouble={wordsFor(asked.error)} retry={() => void asked.refetch()} />
  if (!asked.data) return <Skeleton rows={3} />
  const { state, summary, findings, lines } = asked.data
  return (
    <Panel title={state === 'ok' ? 'What was looked at' : 'Why it is not well'} meta={summary} flush>
      <FindingList findings={findings} />
      {lines.length > 0 && state !== 'ok' && (
        <pre className="sunken mono text-meta m-3 overflow-x-auto p-3" aria-label="Its last words">
          {lines.join('\n')}
        </pre>
      )}
    </Panel>
  )
}
