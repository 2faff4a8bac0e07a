import type { Deployment } from '@wheelhouse/contract'
import { isLive } from '../../../api/deployments.ts'
import { paths } from '../../../paths.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { EnvironmentMark } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { Took } from '../../../ui/state/took.tsx'
import { deploymentGlyph, evidenceOf, releaseWords, stateWord, triggerWords } from './words.ts'

/** A few runs inside a panel. */
export function RunTable({ rows }: { rows: readonly Deployment[] }) {
  return (
    <Table
      label="Deployments"
      rows={rows}
      keyOf={(run) => run.id}
      hrefOf={(run) => paths.deployment(run.id)}
      columns={[
        {
          key: 'name',
          label: 'Deployment',
          width: 'minmax(170px, 1.2fr)',
          phone: 'title',
          render: (run) => (
            <>
              <Glyph state={deploymentGlyph(run.state)} label={stateWord(run.state)} />
              <span className="cut">
                {run.stack} {run.number}
              </span>
              {run.state !== 'succeeded' && (
                <span className={`font-normal text-meta t-${deploymentGlyph(run.state)}`}>{stateWord(run.state)}</span>
              )}
            </>
          ),
        },
        {
          key: 'environment',
          label: 'Environment',
          width: '110px',
          render: (run) => <EnvironmentMark name={run.environment} />,
        },
        {
          key: 'release',
          label: 'Release',
          width: '110px',
          render: (run) => <span className="mono">{releaseWords(run)}</span>,
        },
        {
          key: 'why',
          label: 'What happened',
          width: 'minmax(140px, 2.4fr)',
          phone: 'line',
          render: (run) => (
            <span className={isLive(run) ? 'text-ink-3' : `t-${deploymentGlyph(run.state)}`}>{evidenceOf(run)}</span>
          ),
        },
        { key: 'by', label: 'By', width: 'minmax(80px, 0.6fr)', render: triggerWords },
        { key: 'took', label: 'Took', width: '96px', num: true, render: (run) => <Took of={run} /> },
        {
          key: 'age',
          label: 'Started',
          width: '62px',
          num: true,
          phone: 'side',
          render: (run) => <Age at={run.startedAt ?? run.createdAt} />,
        },
      ]}
    />
  )
}
