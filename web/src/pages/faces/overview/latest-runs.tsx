import type { Deployment } from '@wheelhouse/contract'
import { useMemo } from 'react'
import { paths } from '../../../paths.ts'
import { Go } from '../../../ui/control/link.tsx'
import { Panel } from '../../../ui/page/panel.tsx'
import { newestFirst } from '../../workloads/deployments/filter.ts'
import { RunTable } from '../../workloads/deployments/run-table.tsx'

const shown = 6

/** The last deployments of all stacks; nothing before the first. */
export function LatestRuns({ runs }: { runs: readonly Deployment[] }) {
  const rows = useMemo(() => [...runs].sort(newestFirst).slice(0, shown), [runs])
  if (rows.length === 0) return null
  return (
    <Panel
      title="Latest deployments"
      flush
      meta={
        <Go className="link" href={paths.deployments()}>
          All deployments
        </Go>
      }
    >
      <RunTable rows={rows} />
    </Panel>
  )
}
