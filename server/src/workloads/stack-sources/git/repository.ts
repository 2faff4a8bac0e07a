import { mkdir } from 'node:fs/promises'
import { Failure, type GitCommit } from '@wheelhouse/contract'
import { type GitAddress } from './git-address.ts'
import { type GitCredential, type GitLimits, GitProgram } from './git-program.ts'

const longestFileBytes = 1_000_000
const usualLimits: GitLimits = { timeoutMs: 90_000, folderBytes: 134_217_728 }
const hashForm = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/

/** A branch of a repository, read without a working tree. */
export interface Repository {
  /** Hash of the newest commit, asked without fetching anything. Throws NOT_FOUND where there is no such branch. */
  head(): Promise<string>
  /** Fetches the newest commit, without history. */
  fetch(): Promise<GitCommit>
  /** The text of a file of what was fetched; null where there is none. Throws STACK_INVALID for a link, a folder, a submodule, and what is too large or no text. */
  read(path: string): Promise<string | null>
  /** What tells the content of a folder of what was fetched, `.` for the whole; null where there is no such folder. */
  tree(path: string): Promise<string | null>
  /** Writes what a tree holds into a folder that is not there yet. Links stay links, submodules stay empty, and nothing of it is run. */
  writeTree(hash: string, folder: string): Promise<void>
  /** A folder for what belongs to the repository; gone with it. */
  readonly folder: string
  close(): Promise<void>
}

export interface RepositoryPlace {
  /** A folder of its own, which is removed on close. */
  readonly folder: string
  readonly address: GitAddress
  readonly branch: string
  readonly credential: GitCredential
  readonly signal: AbortSignal
  readonly limits?: Partial<GitLimits>
}

export async function openRepository(place: RepositoryPlace): Promise<Repository> {
  const { address, branch } = place
  const limits = { ...usualLimits, ...place.limits }
  const git = await GitProgram.open(place.folder, address, place.credential, limits, place.signal)
  const answering = (answers: readonly number[], ...words: string[]) =>
    git.run(['-C', git.repository, ...words], answers)
  const inside = (...words: string[]) => answering([], ...words)
  const reference = `refs/heads/${branch}`
  let commit = ''
  const made = git.run(['init', '--quiet', '--bare', '--template=', git.repository])
  made.catch(() => undefined)

  const head = async (): Promise<string> => {
    await made
    const words = ['-C', git.repository, 'ls-remote', '--quiet', '--exit-code', 'origin', reference]
    const { stdout, exitCode } = await git.run(words, [2])
    const lines = stdout.split('\n').map((line) => line.split('\t'))
    const hash = lines.find(([, name]) => name === reference)?.[0]
    if (exitCode === 2 || hash === undefined || !hashForm.test(hash)) throw noBranch(address, branch)
    return hash
  }

  return {
    head,

    async fetch() {
      await made
      // Large files stay where they are: none of them is a stack file.
      await inside(
        'fetch',
        '--quiet',
        '--depth=1',
        '--no-tags',
        '--no-recurse-submodules',
        `--filter=blob:limit=${longestFileBytes + 1}`,
        'origin',
        `+${reference}:refs/wheelhouse/branch`,
      ).catch((error: unknown) => {
        throw error instanceof Failure && /couldn't find remote ref/.test(error.message)
          ? noBranch(address, branch)
          : error
      })
      commit = (await inside('rev-parse', '--verify', '--quiet', 'refs/wheelhouse/branch^{commit}')).stdout.trim()
      if (!hashForm.test(commit)) throw noBranch(address, branch)
      const shown = await inside('log', '-1', '--no-show-signature', '--format=%an%x00%s%x00%cI', commit)
      const [author = '', message = '', at = ''] = shown.stdout.trimEnd().split('\0')
      const time = Date.parse(at)
      return {
        hash: commit,
        author: plain(author, 100),
        message: plain(message, 200),
        at: new Date(Number.isNaN(time) ? 0 : time).toISOString(),
      }
    },

    async read(path) {
      const { stdout } = await inside('ls-tree', '-l', '-z', '--full-tree', commit, '--', path)
      const entry = stdout
        .split('\0')
        .map((line) => /^(\d{6}) (\w+) ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(line))
        .find((match) => match?.[5] === path)
      if (!entry) return null
      const [, mode, kind, hash = '', size] = entry
      if (mode === '120000') throw unread(path, 'is a link, which is not followed. Put the file itself there')
      if (kind === 'commit') throw unread(path, 'lies in a submodule, which is not fetched')
      if (kind !== 'blob') throw unread(path, 'is a folder. Name the file in it')
      if (!(Number(size) <= longestFileBytes)) throw unread(path, 'is larger than 1 MB')
      const text = (await inside('cat-file', 'blob', hash)).stdout
      if (text.includes('\0') || text.includes('\uFFFD')) throw unread(path, 'is no text in UTF-8')
      return text
    },

    async tree(path) {
      const named = path === '.' ? `${commit}^{tree}` : `${commit}:${path}`
      const found = await answering([1, 128], 'rev-parse', '--verify', '--quiet', named)
      const hash = found.stdout.trim()
      if (found.exitCode !== 0 || !hashForm.test(hash)) return null
      // Of a submodule there is only the name of its commit.
      const kind = await answering([1, 128], 'cat-file', '-t', hash)
      return kind.stdout.trim() === 'tree' ? hash : null
    },

    async writeTree(hash, folder) {
      await mkdir(folder, { mode: 0o700 })
      // Large files stayed where they are; those of the tree come now.
      await git.run([`--git-dir=${git.repository}`, `--work-tree=${folder}`, 'read-tree', '--reset', '-u', hash])
    },

    folder: place.folder,

    async close() {
      await made.catch(() => undefined)
      await git.close()
    },
  }
}

const noBranch = ({ host }: GitAddress, branch: string): Failure =>
  new Failure('NOT_FOUND', `The repository on ${host} has no branch "${branch}". Name one that it has.`)

const unread = (path: string, why: string): Failure =>
  new Failure('STACK_INVALID', `${path} of the repository ${why}.`, { path })

const plain = (text: string, longest: number): string =>
  // oxlint-disable-next-line no-control-regex
  text.replace(/[\u0000-\u001f\u007f\u202a-\u202e\u2066-\u2069]/g, '').slice(0, longest)
