import type { Deployment, Permission } from '@wheelhouse/contract'
import { Undo2, Upload } from 'lucide-react'
import { quoted } from '../../acts/command.ts'
import { deploymentGlyph, evidenceOf, stateWord, titleOf } from '../../pages/workloads/deployments/words.ts'
import { paths } from '../../paths.ts'
import type { Entry } from './entry.ts'

const shown = 20

/** Deploy, roll back, and the last runs. */
export function deploymentEntries(
  deployments: readonly Deployment[],
  may: (permission: Permission) => boolean,
): Entry[] {
  const newest = [...deployments].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const entries: Entry[] = newest.slice(0, shown).map((row) => ({
    id: `deployment:${row.id}`,
    group: 'Go to',
    sort: '/',
    name: `${row.stack} ${row.number}`,
    about: `${titleOf(row).replace(/ .*/, '').toLowerCase()} to ${row.environment}`,
    state: deploymentGlyph(row.state),
    href: paths.deployment(row.id),
    command: `wh rollout status ${quoted(row.stack)}`,
    what: evidenceOf(row) || `${stateWord(row.state)} on ${row.environment}.`,
    weight: row.state === 'failed' || row.state === 'waiting' ? 2.5 : 0.6,
  }))
  if (!may('deployments.run')) return entries
  entries.push({
    id: 'deploy',
    group: 'Run',
    sort: '>',
    name: 'Deploy…',
    about: 'from a folder or a stack file',
    icon: Upload,
    href: paths.newDeployment(),
    command: 'wh deploy',
    what: 'You choose what and where. You see the checks and the plan before anything changes.',
    weight: 1.3,
  })
  const places = new Map(newest.map((row) => [`${row.stack}/${row.environment}`, row]))
  for (const [place, row] of places)
    entries.push(
      {
        id: `deploy:${place}`,
        group: 'Run',
        sort: '>',
        verb: 'Deploy…',
        name: row.stack,
        about: `to ${row.environment}`,
        icon: Upload,
        href: paths.newDeployment({ stack: row.stack, environment: row.environment }),
        command: `wh deploy --environment ${quoted(row.environment)}`,
        what: 'You see the checks and the plan before anything changes.',
        weight: 0.9,
      },
      {
        id: `rollback:${place}`,
        group: 'Run',
        sort: '>',
        verb: 'Roll back…',
        name: row.stack,
        about: `on ${row.environment}`,
        icon: Undo2,
        href: paths.deployments(`?rollback=${encodeURIComponent(place)}`),
        command: `wh rollout undo ${quoted(row.stack)} --environment ${quoted(row.environment)}`,
        what: 'You choose the release and see the plan first.',
        weight: 0.8,
      },
    )
  return entries
}
