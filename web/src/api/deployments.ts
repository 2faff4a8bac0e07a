import type { Deployment } from '@wheelhouse/contract'
import { deploymentEnded } from '@wheelhouse/contract/workloads/deployment-states'
import { client } from './client.ts'
import { RowStore } from './row-store.ts'

/** The last deployments, and every one that changed since sign-in. */
export const deployments = new RowStore<Deployment>()

export const isLive = (deployment: Pick<Deployment, 'state'>): boolean => !deploymentEnded(deployment.state)

let loading = false
let again = false
let waiting: Deployment[] = []

/** What is pushed while a list is on its way is newer than that list. */
export function takeDeployment(deployment: Deployment): void {
  if (loading) waiting.push(deployment)
  deployments.set(deployment)
}

/** Loads the last hundred; called whenever the stream may have had a hole. */
export async function loadDeployments(): Promise<void> {
  if (loading) {
    again = true
    return
  }
  loading = true
  // Who may not see deployments sees none; the pages tell why.
  const page = await client.deployments.list({ limit: 100 }).catch(() => null)
  for (const row of page?.items ?? []) deployments.set(row)
  for (const row of waiting) deployments.set(row)
  waiting = []
  loading = false
  if (again) {
    again = false
    await loadDeployments()
  }
}

/**
 * What an operation answers about a deployment. A push that came while the answer was on its way may be newer, so it wins:
 * otherwise the last word about a run could be that it still runs.
 */
export async function answered(id: string | null, ask: () => Promise<Deployment>): Promise<Deployment> {
  const before = id === null ? undefined : deployments.get(id)
  const row = await ask()
  if (deployments.get(row.id) === before) deployments.set(row)
  return row
}
