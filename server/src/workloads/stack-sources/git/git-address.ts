import { Failure } from '@wheelhouse/contract'
import { hasControls } from './control-characters.ts'

/** Where a repository is, checked so that nothing in it can be taken for an option or another transport. */
export interface GitAddress {
  readonly kind: 'https' | 'http' | 'ssh'
  /** Without brackets. */
  readonly host: string
  readonly port: number
  /** As it is handed to git and shown: no credential in it. */
  readonly url: string
}

const ports = { 'https:': 443, 'http:': 80, 'ssh:': 22 } as const
const scpForm = /^([a-z_][a-z0-9_.-]{0,31})@([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?):(?!\/\/)([^:]{1,800})$/i

const refuse = (why: string): never => {
  throw new Failure('VALIDATION_FAILED', `url: ${why}`, { field: 'url' })
}

/** Reads `https://host/path`, `ssh://user@host[:port]/path` and `user@host:path`. Throws VALIDATION_FAILED for all else. */
export function readGitAddress(text: string): GitAddress {
  const given = text.trim()
  if (hasControls(given) || /[ \\]/.test(given)) return refuse('it holds a space or a control character.')
  const scp = scpForm.exec(given)
  const written = scp ? `ssh://${scp[1]}@${scp[2]}/${scp[3]!.replace(/^\//, '')}` : given
  let url: URL
  try {
    url = new URL(written)
  } catch {
    return refuse('it is no address of a repository. Write https://host/path or ssh://user@host/path.')
  }
  const { protocol, hostname, username, password, pathname } = url
  if (protocol !== 'https:' && protocol !== 'http:' && protocol !== 'ssh:')
    return refuse(
      `${protocol.slice(0, 20)} is no way that a repository is fetched here. Use https:// or ssh://; files of this machine and other transports are not read.`,
    )
  if (password !== '' || (protocol !== 'ssh:' && username !== ''))
    return refuse('a user name or a password does not belong in it. Give them as username and token.')
  if (url.search !== '' || url.hash !== '') return refuse('it has a query or a fragment. Leave them out.')
  if (hostname === '' || hostname.startsWith('-')) return refuse('it names no host.')
  if (pathname === '/' || pathname === '') return refuse('it names no repository on that host.')
  if (protocol === 'ssh:' && !/^[a-z_][a-z0-9_.-]{0,31}$/i.test(username))
    return refuse('over SSH it needs a user: ssh://git@host/path.')
  const path = decodePath(pathname)
  if (path.startsWith('/-') || hasControls(path) || /['"`$\\]/.test(path) || path.split('/').includes('..'))
    return refuse('its path has characters that repositories do not have.')
  const port = url.port === '' ? ports[protocol] : Number(url.port)
  const kind = protocol.slice(0, -1) as GitAddress['kind']
  return { kind, host: hostname.replace(/^\[|\]$/g, ''), port, url: url.href }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return refuse('its path is not written as addresses are.')
  }
}

/** A branch name as git itself takes it; throws VALIDATION_FAILED. */
export function requireBranch(branch: string): string {
  const right = /^(?![-./])[\w./+@-]+(?<![./])$/.test(branch) && !/\.\.|\/\/|@\{|\.lock(?:\/|$)|\/\./.test(branch)
  if (right) return branch
  throw new Failure('VALIDATION_FAILED', `branch: "${branch.slice(0, 60)}" is no name of a branch.`, {
    field: 'branch',
  })
}

/** A path of a file from the top of a repository, without a way out of it; throws VALIDATION_FAILED. */
export function requireRepositoryPath(path: string): string {
  const plain = path.replace(/^\.\//, '')
  const parts = plain.split('/')
  const wrong =
    hasControls(plain) || plain.includes('\\') || parts.some((part) => ['', '.', '..', '.git'].includes(part))
  if (!wrong) return plain
  throw new Failure(
    'VALIDATION_FAILED',
    `path: "${path.slice(0, 60)}" is no path of a file from the top of the repository, such as deploy/compose.yaml.`,
    { field: 'path' },
  )
}
