import { image } from './words.ts'
import { admin } from '../commands/admin/family.ts'
import { alertRules, alerts, silences } from '../commands/alerts/family.ts'
import { backups } from '../commands/backups/family.ts'
import { certificates } from '../commands/certificates/family.ts'
import { configs } from '../commands/configs/family.ts'
import { crashes } from '../commands/crashes/family.ts'
import { dashboards } from '../commands/dashboards/family.ts'
import { timeline } from '../commands/timeline/family.ts'
import { containers } from '../commands/containers/family.ts'
import { deployments, releases } from '../commands/deployments/family.ts'
import { engines } from '../commands/engines/family.ts'
import { health } from '../commands/health/family.ts'
import { images } from '../commands/images/family.ts'
import { logHistory } from '../commands/log-history/family.ts'
import { metrics } from '../commands/metrics/family.ts'
import { networks } from '../commands/networks/family.ts'
import { policies } from '../commands/policies/family.ts'
import { stacks, stackSources } from '../commands/stacks/family.ts'
import { swarmFamilies } from '../commands/swarm/families.ts'
import { targets } from '../commands/targets/family.ts'
import { volumes } from '../commands/volumes/family.ts'
import type { Family } from './family.ts'

const registries: Family = {
  domain: 'registries',
  name: 'registry',
  summary: 'Registries: sign-ins, repositories and tags',
  group: image,
  verbs: [],
}
const logBookmarks: Family = {
  domain: 'logBookmarks',
  name: 'bookmark',
  summary: 'Kept lines you have marked for yourself, with a note',
  group: 'Look:',
  verbs: [],
}

/** In the order of the help. */
export const families: readonly Family[] = [
  targets,
  stacks,
  stackSources,
  deployments,
  releases,
  backups,
  containers,
  engines,
  policies,
  volumes,
  networks,
  configs,
  certificates,
  images,
  registries,
  ...swarmFamilies,
  logHistory,
  crashes,
  timeline,
  dashboards,
  metrics,
  logBookmarks,
  health,
  admin,
  alerts,
  alertRules,
  silences,
]

export const familyOf = (word: string): Family | undefined =>
  families.find((family) => family.name === word || family.domain === word)
