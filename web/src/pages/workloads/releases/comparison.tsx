import { useQuery } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import type { Release } from '@wheelhouse/contract'
import { client } from '../../../api/client.ts'
import { keys } from '../../../api/keys.ts'
import { paths } from '../../../paths.ts'
import { Unready } from '../../../shell/unready.tsx'
import { Button } from '../../../ui/control/button.tsx'
import { useGo } from '../../../ui/control/link.tsx'
import { moment } from '../../../ui/format/age.ts'
import { bytes, plural } from '../../../ui/format/number.ts'
import { PageHead } from '../../../ui/page/head.tsx'
import { Facts, Panel } from '../../../ui/page/panel.tsx'
import { Empty } from '../../../ui/page/told.tsx'
import { EnvironmentTag } from '../../../ui/state/environment.tsx'
import { groupDifferences, groupTitle } from './differences.ts'
import { releaseWord, sourceWords } from './words.ts'

/** What differs between two releases, thing by thing. Secrets only by that they differ. */
export function Comparison() {
  const { id = '', with: other = '' } = useParams({ strict: false })
  const go = useGo()
  const asked = useQuery({
    queryKey: keys.comparison(id, other),
    queryFn: () => client.releases.compare({ id, with: other }),
  })
  const crumbs = [
    { label: 'Deployments', href: paths.deployments() },
    { label: 'Releases', href: paths.releases() },
  ]
  if (!asked.data)
    return (
      <Unready
        title="Compare releases"
        crumbs={crumbs}
        asked={asked}
        wayOut={{ label: 'Open releases', href: paths.releases() }}
      />
    )
  const { before, after, differences } = asked.data
  const groups = groupDifferences(differences)
  return (
    <>
      <PageHead
        title={`r${before.number} and r${after.number} of ${after.stack}`}
        crumbs={crumbs}
        badge={<EnvironmentTag name={after.environment} />}
        meta={plural(differences.length, 'difference')}
        actions={<Button onClick={() => go(paths.compareReleases(other, id), true)}>Swap sides</Button>}
      />
      <div className="page pt-1!">
        <div className="panels">
          <Side title={`Before: r${before.number}`} release={before} />
          <Side title={`After: r${after.number}`} release={after} />
          {groups.length === 0 && (
            <Panel title="Differences">
              <Empty title="The two are alike.">Artefacts, services, config and secret versions are the same.</Empty>
            </Panel>
          )}
          {groups.map((group) => (
            <Panel
              key={group.name}
              title={groupTitle(group.name)}
              flush
              meta={plural(group.items.length, 'difference')}
            >
              <div className="diff panel-line code rounded-none! border-0! py-1">
                {group.items.map(({ key, difference }) => (
                  <div key={difference.what}>
                    {difference.kind !== 'added' && <Line sign="−" name={key} text={difference.before} />}
                    {difference.kind !== 'removed' && <Line sign="+" name={key} text={difference.after} />}
                  </div>
                ))}
              </div>
            </Panel>
          ))}
        </div>
      </div>
    </>
  )
}

function Line({ sign, name, text }: { sign: '+' | '−'; name: string; text: string | null }) {
  return (
    <div className={`diff-line ${sign === '+' ? 'add' : 'del'}`}>
      <i>{sign}</i>
      <span>
        <span className="ck">{name}:</span>{' '}
        {text ?? <span className="text-ink-3">{sign === '+' ? 'another secret value' : 'a secret value'}</span>}
      </span>
    </div>
  )
}

function Side({ title, release }: { title: string; release: Release }) {
  return (
    <Panel title={title} span={6} meta={releaseWord(release.state)}>
      <Facts
        rows={[
          ['Environment', release.environment],
          [
            'Source',
            <span key="source" className="mono">
              {sourceWords(release)}
            </span>,
          ],
          release.source.message ? ['Message', release.source.message] : null,
          ['Config', release.config ? `${release.config.set}, version ${release.config.version}` : 'none'],
          release.template ? ['Template', release.template] : null,
          release.promotedFrom
            ? ['Promoted from', `${release.promotedFrom.environment}, r${release.promotedFrom.number}`]
            : null,
          ['Size', bytes(release.sizeBytes)],
          ['Made', `${moment(release.createdAt)} by ${release.createdBy}`],
        ]}
      />
    </Panel>
  )
}
