import { Failure } from '@wheelhouse/contract'
import { createHash } from 'node:crypto'
import { join } from 'node:path'

/** Where everything of builds and releases is, below the data folder. All of it can be made anew, or is freed with its release. */
export interface Folders {
  readonly artefacts: string
  workspace(deploymentId: string, app: string): string
  cache(stack: string, app: string): string
  app(stack: string, environment: string, app: string, hash: string): string
  shared(stack: string, environment: string, app: string): string
  /** Of deployments by their ids, and of configs. */
  readonly configBackups: string
  configBackup(deploymentId: string): string
}

/** Names of a manifest become names of folders: none may be a way to another. */
function segment(name: string): string {
  if (/^[^/\\\0]+$/.test(name) && name !== '.' && name !== '..') return name
  throw new Failure('STACK_INVALID', `"${name}" cannot be the name of a folder. Use letters, digits, dots and dashes.`)
}

export function foldersIn(data: string): Folders {
  const below = (...names: string[]): string => join(data, ...names.map(segment))
  return {
    artefacts: below('artefacts'),
    workspace: (deploymentId, app) => below('builds', deploymentId, app),
    cache: (stack, app) => below('cache', stack, app),
    app: (stack, environment, app, hash) => below('apps', stack, environment, app, hash),
    shared: (stack, environment, app) => below('shared', stack, environment, app),
    configBackups: below('config-backups'),
    configBackup: (deploymentId) => below('config-backups', deploymentId),
  }
}

export const shortHash = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
