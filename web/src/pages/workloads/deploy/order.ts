import type { client } from '../../../api/client.ts'
import type { Strategy } from '@wheelhouse/contract/workloads/deployment-states'
import type { Plan } from '@wheelhouse/contract'
import { formOf } from '../../../ui/state/environment.tsx'
import { parseVariables } from '../stacks/variables.ts'

export type StartInput = Parameters<typeof client.deployments.start>[0]
export type SourceInput = Parameters<typeof client.deployments.describe>[0]
export type Described = Awaited<ReturnType<typeof client.deployments.describe>>

/** Everything a person can choose. `apps: null` and `strategy: ''`: as the manifest says. */
export interface Order {
  readonly mode: 'folder' | 'text'
  readonly directory: string
  readonly manifest: string
  readonly text: string
  readonly environment: string
  readonly target: string
  readonly apps: readonly string[] | null
  readonly strategy: Strategy | ''
  readonly skipBackup: boolean
  readonly skipBuild: boolean
  readonly skipTests: boolean
  readonly skip: readonly string[]
  readonly force: boolean
  readonly rollbackOnError: boolean
  readonly rollbackDatabase: boolean
  readonly parallel: boolean
  readonly variables: string
  readonly reason: string
}

export const emptyOrder: Order = {
  mode: 'folder',
  directory: '',
  manifest: '',
  text: '',
  environment: '',
  target: '',
  apps: null,
  strategy: '',
  skipBackup: false,
  skipBuild: false,
  skipTests: false,
  skip: [],
  force: false,
  rollbackOnError: true,
  rollbackDatabase: false,
  parallel: true,
  variables: '',
  reason: '',
}

/** What `describe` and `check` are asked with; null while there is nothing to ask about. */
export function sourceOf(order: Order): SourceInput | null {
  const variables = parseVariables(order.variables)
  const rest = {
    ...(order.environment ? { environment: order.environment } : {}),
    ...(order.target ? { target: order.target } : {}),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
  }
  if (order.mode === 'text') return order.text.trim() === '' ? null : { source: order.text, ...rest }
  if (!order.directory.startsWith('/')) return null
  return { directory: order.directory, ...(order.manifest ? { manifest: order.manifest } : {}), ...rest }
}

/** The flags that differ from what holds anyway. */
export function startInput(order: Order): StartInput | null {
  const source = sourceOf(order)
  if (source === null) return null
  const set = (['skipBackup', 'skipBuild', 'skipTests', 'force', 'rollbackDatabase'] as const).filter(
    (flag) => order[flag],
  )
  return {
    ...source,
    ...(order.apps === null ? {} : { apps: [...order.apps] }),
    ...(order.strategy === '' ? {} : { strategy: order.strategy }),
    ...Object.fromEntries(set.map((flag) => [flag, true])),
    ...(order.skip.length > 0 ? { skip: [...order.skip] } : {}),
    ...(order.rollbackOnError ? {} : { rollbackOnError: false }),
    ...(order.parallel ? {} : { parallel: false }),
    ...(order.reason.trim() ? { reason: order.reason.trim() } : {}),
  }
}

/** Which apps are ticked: those chosen, else all that are not optional. */
export const tickedApps = (order: Order, described: Described): readonly string[] =>
  order.apps ?? described.apps.filter((app) => !app.optional).map((app) => app.name)

/** Ticks or unticks one; back to "as the manifest says" where that is the same. */
export function toggleApp(order: Order, described: Described, name: string): readonly string[] | null {
  const ticked = new Set(tickedApps(order, described))
  if (!ticked.delete(name)) ticked.add(name)
  const usual = described.apps.filter((app) => !app.optional)
  const same = ticked.size === usual.length && usual.every((app) => ticked.has(app.name))
  return same ? null : described.apps.flatMap((app) => (ticked.has(app.name) ? [app.name] : []))
}

/** True when the name must be typed: in production something that people reach from outside goes or is replaced. */
export function needsName(plan: Plan, described: Described, environment: string): boolean {
  if (formOf(environment) !== 'production') return false
  const exposed = described.services.filter((service) => service.expose !== null).map((service) => service.name)
  return plan.steps.some(
    ({ verb, kind, name }) =>
      (verb === 'remove' || verb === 'replace') &&
      (kind === 'route' || exposed.some((each) => name === each || name.startsWith(`${each}-`))),
  )
}
