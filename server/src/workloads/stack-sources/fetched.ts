import { randomBytes } from 'node:crypto'
import { join, posix } from 'node:path'
import { Failure, type GitCommit } from '@wheelhouse/contract'
import { gatherFiles, readStack } from '../stacks/index.ts'
import type { AskedText } from '../stacks/index.ts'
import { type ImageToBuild, imageToBuild } from './build/image-to-build.ts'
import { readGitAddress } from './git/git-address.ts'
import { openRepository, type Repository } from './git/repository.ts'
import type { SourceRoom } from './room.ts'
import type { SourceRecord } from './store.ts'

/** What the branch of a source says now, ready to be planned. */
export interface Fetched {
  readonly commit: GitCommit
  readonly asked: AskedText
  /** Images that `asked` names and the target may not have yet. */
  readonly images: readonly ImageToBuild[]
}
type Place = Pick<SourceRecord, 'stack' | 'targetId' | 'url' | 'branch' | 'path' | 'directory' | 'hostKeys' | 'hidden'>

export const isSwarm = (room: Pick<SourceRoom, 'stacks'>, { targetId }: Pick<SourceRecord, 'targetId'>): boolean =>
  room.stacks.targets().some(({ id, kind }) => id === targetId && kind === 'swarm')

/** Opens the repository of a source for `act`, in a folder that is gone afterwards. */
export async function withRepository<T>(
  room: Pick<SourceRoom, 'workFolder' | 'limits'>,
  { url, branch, hidden, hostKeys }: Place,
  signal: AbortSignal,
  act: (repository: Repository) => Promise<T>,
): Promise<T> {
  const { username, token, privateKey } = hidden
  const repository = await openRepository({
    folder: join(room.workFolder, randomBytes(9).toString('base64url')),
    address: readGitAddress(url),
    branch,
    credential: {
      ...(username === undefined ? {} : { username }),
      ...(token === undefined ? {} : { token }),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(hostKeys === null ? {} : { hostKeys }),
    },
    signal,
    ...(room.limits ? { limits: room.limits } : {}),
  })
  try {
    return await act(repository)
  } finally {
    await repository.close()
  }
}

/** Fetches the newest commit and reads the stack file with all that it names; to a Swarm it means other things. Throws Failure. */
export async function fetchStack(
  room: Pick<SourceRoom, 'stacks'>,
  repository: Repository,
  source: Place,
): Promise<Fetched> {
  const swarm = isSwarm(room, source)
  const commit = await repository.fetch()
  const text = await repository.read(source.path)
  if (text === null)
    throw new Failure('STACK_INVALID', `There is no ${source.path} on ${source.branch}. Name the file that is there.`)
  const base: AskedText = {
    source: text,
    name: source.stack,
    target: source.targetId,
    file: posix.basename(source.path),
    ...(source.hidden.variables ? { variables: source.hidden.variables } : {}),
    ...(source.directory === null ? {} : { directory: source.directory }),
  }
  const projectFiles = await gatherFiles(
    // For a Swarm a project is made of more files than elsewhere: those of its secrets and configs too.
    (files) => readStack({ ...base, projectFiles: files, swarm }),
    async (path) => {
      const within = inRepository(source, path)
      if (within === null) return { missing: 'outside' }
      const found = await repository.read(within)
      return found === null ? { missing: 'absent' } : { text: found }
    },
  )
  const read = readStack({ ...base, projectFiles, swarm })
  if (read.builds.length === 0) return { commit, asked: { ...base, projectFiles }, images: [] }
  const key = await room.stacks.digestKey()
  const images: ImageToBuild[] = []
  for (const build of read.builds)
    images.push(await imageToBuild(repository, source.stack, build, (path) => inRepository(source, path), key))
  const names = Object.fromEntries(images.map(({ build, tag }) => [build.service, tag]))
  return { commit, asked: { ...base, projectFiles, images: names }, images }
}

/** A path as the loader asks for it, from the top of the repository; null where it leads out of it. */
function inRepository({ path: file, directory }: Place, path: string): string | null {
  const relative = directory !== null && posix.isAbsolute(path) ? posix.relative(directory, path) : path
  if (posix.isAbsolute(relative)) return null
  const within = posix.join(posix.dirname(file), relative)
  return within === '..' || within.startsWith('../') || within.split('/').includes('.git') ? null : within
}
