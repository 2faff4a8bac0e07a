import { Failure, type PolicyRules, type Service } from '@wheelhouse/contract'
import { realpath } from 'node:fs/promises'
import { isAbsolute, relative } from 'node:path'
import type { Allowance } from '../../../inventory/policies/index.ts'
import { composeLabel, isMadeFrom } from '../compose/labels.ts'
import type { ProjectFiles } from '../compose/load/files.ts'
import { readInside } from '../project/files.ts'
import { gatherStackFiles } from '../project/stack-files.ts'
import { readStack } from '../read-stack.ts'
import type { StackTarget } from '../stack-targets.ts'

/** The files a stack was started from; or why they are not taken, null where nothing says which they are. */
export type FoundFiles =
  | { readonly source: string; readonly directory: string; readonly files: Readonly<Record<string, string>> }
  | { readonly why: string | null }
export interface Asking {
  readonly allowance: Allowance
  readonly rules: PolicyRules
}

const longestFile = 200_000

/** Its engine sees the files of this machine. */
const isHere = ({ address }: StackTarget): boolean => address === 'local' || address.startsWith('unix://')

const lies = (path: string, folder: string): boolean => {
  const inside = relative(folder, path)
  return inside === '' || (!inside.startsWith('..') && !isAbsolute(inside))
}

/** What one may mount one may read: labels are written by whoever makes a container, so they alone allow nothing. */
async function mayRead(directory: string, { allowance, rules }: Asking): Promise<boolean> {
  if (allowance === 'admin' && !rules.enforceOnAdministrators) return true
  if (rules.bindFolders.includes('*')) return true
  const folders = await Promise.all(rules.bindFolders.map((folder) => realpath(folder).catch(() => null)))
  return folders.some((folder) => folder !== null && lies(directory, folder))
}

/** Notes which files were read. */
function noting(files: ProjectFiles): { files: ProjectFiles; read: Map<string, string> } {
  const read = new Map<string, string>()
  const find: ProjectFiles['find'] = (path) => {
    const found = files.find(path)
    if ('text' in found) read.set(path, found.text)
    return found
  }
  return { files: { find }, read }
}

/**
 * The files that the labels of a stack name, from this machine. They are taken only where the caller may read there, and where what
 * runs was made from exactly what they say: any other file is never shown.
 */
export async function fromFiles(
  target: StackTarget,
  stack: string,
  running: readonly Service[],
  asking: Asking,
): Promise<FoundFiles> {
  const told = (label: string): string[] => [
    ...new Set(running.flatMap(({ labels }) => labels[composeLabel + label] ?? [])),
  ]
  const [folders, lists] = [told('project.working_dir'), told('project.config_files')]
  const [folder = '', list = ''] = [folders[0], lists[0]]
  if (folders.length !== 1 || lists.length !== 1 || !isAbsolute(folder)) return { why: null }
  const paths = list.split(',')
  if (!isHere(target)) return { why: `Its files are on the machine of ${target.name}, in ${folder}.` }
  const refused = { why: `Its files in ${folder} are not read: the policy does not open that folder to you.` }
  const directory = await realpath(folder).catch(() => null)
  // One answer for what may not be read and for what is not there.
  if (!(await mayRead(directory ?? folder, asking))) return refused
  if (directory === null) return { why: `Its folder ${folder} is not on this machine.` }
  const [main = '', ...more] = paths
  if (more.some((path) => !/override\.ya?ml$/.test(path)))
    return { why: `It was started from several files: ${paths.join(', ')}.` }
  try {
    const source = await readInside(directory, main)
    if (source === null) return { why: `There is no ${main} on this machine.` }
    const text = { source, format: 'compose' as const, name: stack, directory: folder }
    const gathered = await gatherStackFiles(directory, { ...text, directory })
    const { files, read } = noting(inFolder(gathered ?? { find: () => ({ missing: 'absent' }) }, folder, directory))
    const { rendered } = readStack({ ...text, projectFiles: files })
    const specs = new Map(rendered?.workloads.map(({ spec }) => [spec.name, spec]))
    const other = running.filter((service) => {
      const spec = specs.get(service.name)
      return spec === undefined || !isMadeFrom(service, spec)
    })
    const differs = `${main} does not say what runs: it was changed since, or started with variables or profiles.`
    if (other.length > 0 || [...read.values()].some((one) => one.length > longestFile)) return { why: differs }
    return { source, directory: folder, files: Object.fromEntries(read) }
  } catch (error) {
    if (error instanceof Failure || (error as NodeJS.ErrnoException).code !== undefined)
      return {
        why: `${main} is not read: ${error instanceof Failure ? error.message : 'this machine does not allow it.'}`,
      }
    throw error
  }
}

/** The folder may be reached by a link: what is asked for by the one path is found by the other. */
function inFolder(files: ProjectFiles, folder: string, directory: string): ProjectFiles {
  if (folder === directory) return files
  return { find: (path) => files.find(lies(path, folder) ? `${directory}/${relative(folder, path)}` : path) }
}
