import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where everything of builds and releases is, below the data folder. All of it can be made anew, or is freed with its release. */
export interface Folders {
  readonly artefacts: string
  workspace(deploymentId: string, app: string): string
  cache(stack: string, app: string): string
  app(stack: string, environment: string, app: string, hash: string): string
  shared(stack: string, environment: string, app: string): string
  configBackup(deploymentId: string): string
}

export function foldersIn(data: string): Folders {
  return {
    artefacts: join(data, 'artefacts'),
    workspace: (deploymentId, app) => join(data, 'builds', deploymentId, app),
    cache: (stack, app) => join(data, 'cache', stack, app),
    app: (stack, environment, app, hash) => join(data, 'apps', stack, environment, app, hash),
    shared: (stack, environment, app) => join(data, 'shared', stack, environment, app),
    configBackup: (deploymentId) => join(data, 'config-backups', deploymentId),
  }
}

export const shortHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
