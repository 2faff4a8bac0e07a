import type { Release } from '@wheelhouse/contract'
import { Ellipsis, Pin } from 'lucide-react'
import { useMay } from '../../../api/may.ts'
import { paths } from '../../../paths.ts'
import { Button } from '../../../ui/control/button.tsx'
import { Go } from '../../../ui/control/link.tsx'
import { Menu, type MenuEntry } from '../../../ui/control/menu.tsx'
import { bytes, plural } from '../../../ui/format/number.ts'
import { Table } from '../../../ui/list/table.tsx'
import { Age } from '../../../ui/state/age.tsx'
import { EnvironmentMark } from '../../../ui/state/environment.tsx'
import { Glyph } from '../../../ui/state/glyph.tsx'
import { PinButton } from './pin-button.tsx'
import { releaseGlyph, releaseWord, sourceWords } from './words.ts'

interface Props {
  readonly rows: readonly Release[]
  readonly chosen: readonly string[]
  readonly onChoose: (id: string) => void
  readonly entries: (release: Release) => readonly MenuEntry[]
}

const made = (release: Release): string => {
  const built = release.artefacts.filter((each) => !each.reused).length
  const reused = release.artefacts.length - built
  if (release.artefacts.length === 0) return 'nothing built'
  return `${plural(release.artefacts.length, 'app')}${reused > 0 ? `, ${reused} reused` : ''}${release.migrated ? ', migration' : ''}`
}

/** Two of them can be chosen to be compared. */
export function ReleaseTable({ rows, chosen, onChoose, entries }: Props) {
  const may = useMay()
  return (
    <Table
      label="Releases"
      rows={rows}
      keyOf={(release) => release.id}
      actsWidth="64px"
      acts={(release) => {
        const list = entries(release)
        return (
          <>
            {may('deployments.run') && <PinButton release={release} />}
            {list.length > 0 && (
              <Menu
                trigger={
                  <Button
                    look="ghost"
                    icon={Ellipsis}
                    aria-label={`Actions for r${release.number} of ${release.stack}`}
                  />
                }
                entries={list}
              />
            )}
          </>
        )
      }}
      columns={[
        {
          key: 'release',
          label: 'Release',
          width: 'minmax(190px, 1.4fr)',
          phone: 'title',
          render: (release) => (
            <>
              <input
                type="checkbox"
                className="check"
                aria-label={`Choose r${release.number} of ${release.stack} on ${release.environment} to compare`}
                checked={chosen.includes(release.id)}
                onChange={() => onChoose(release.id)}
              />
              <Glyph state={releaseGlyph(release.state)} label={releaseWord(release.state)} />
              {release.deploymentId === null ? (
                <span className="cut">
                  {release.stack} r{release.number}
                </span>
              ) : (
                <Go className="cut" href={paths.deployment(release.deploymentId)}>
                  {release.stack} r{release.number}
                </Go>
              )}
              {release.pinned && <Pin className="icon-s text-ink-3" aria-label="pinned" />}
            </>
          ),
        },
        {
          key: 'environment',
          label: 'Environment',
          width: '110px',
          render: (release) => <EnvironmentMark name={release.environment} />,
        },
        {
          key: 'state',
          label: 'State',
          width: 'minmax(120px, 0.9fr)',
          phone: 'line',
          render: (release) => (
            <span className={release.state === 'bad' ? 't-failed' : release.state === 'serving' ? 'text-ink' : ''}>
              {releaseWord(release.state)}
            </span>
          ),
        },
        {
          key: 'source',
          label: 'Source',
          width: 'minmax(150px, 1.6fr)',
          render: (release) => (
            <span title={release.source.message ?? undefined}>
              <span className="mono">{sourceWords(release)}</span>{' '}
              <span className="text-ink-3">{release.source.message}</span>
            </span>
          ),
        },
        { key: 'made', label: 'Made of', width: 'minmax(120px, 1.1fr)', phone: 'hide', render: made },
        {
          key: 'config',
          label: 'Config',
          width: 'minmax(90px, 0.7fr)',
          phone: 'hide',
          render: (release) => (release.config ? `${release.config.set} v${release.config.version}` : '–'),
        },
        { key: 'by', label: 'By', width: 'minmax(70px, 0.6fr)', render: (release) => release.createdBy },
        { key: 'size', label: 'Size', width: '76px', num: true, render: (release) => bytes(release.sizeBytes) },
        {
          key: 'age',
          label: 'Made',
          width: '62px',
          num: true,
          phone: 'side',
          render: (release) => <Age at={release.createdAt} />,
        },
      ]}
    />
  )
}
