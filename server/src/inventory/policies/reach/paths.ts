import { posix } from 'node:path'
import type { PolicyRules } from '@wheelhouse/contract'

const engineSockets = /(?:^|\/)(?:docker|containerd|podman|crio)\.sock$/
const socketFolders = ['/var/run', '/run']

/** Without `..`, doubled or closing slashes. */
const plainPath = (path: string): string => posix.normalize(path).replace(/(?<=.)\/$/, '')

const isBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`)

/** True for a socket of the engine, and for every folder that holds one. */
function reachesEngine(source: string): boolean {
  return engineSockets.test(source) || socketFolders.some((folder) => isBelow(folder, source))
}

/** What a mount of a folder of the host does that the rules do not allow; null where they do. */
export function bindReason(source: string, rules: PolicyRules): string | null {
  if (rules.bindFolders.includes('*')) return null
  const path = plainPath(source)
  if (reachesEngine(path)) return `mounts ${path}, which gives control of the whole engine`
  const folders = rules.bindFolders.map(plainPath)
  if (folders.includes(path)) return null
  // Whoever may write to a folder can put a link into it, and the engine follows that link to any place of the host.
  const above = folders.find((folder) => isBelow(path, folder))
  const hint = above === undefined ? '' : `, and only ${above} itself is allowed: a folder below it may be a link`
  return `mounts ${path} of the host${hint}`
}
