import { Failure, type StackFormat } from '@wheelhouse/contract'
import { type Found, isWithin, type ProjectFiles } from '../compose/load/files.ts'
import { gatherFiles } from '../compose/load/gather.ts'
import { readStack, type StackText } from '../read-stack.ts'
import { readInside } from './files.ts'

/** A file of a folder; one that a path or a link leads out of it to is not even looked for. */
async function findInside(directory: string, path: string): Promise<Found> {
  if (!isWithin(directory, path)) return { missing: 'outside' }
  try {
    const text = await readInside(directory, path)
    return text === null ? { missing: 'absent' } : { text }
  } catch (error) {
    if (error instanceof Failure && error.code === 'POLICY_REFUSED') return { missing: 'outside' }
    throw error
  }
}

/**
 * Every file of its folder that a Compose project is made of: included, extended, env files, and those of secrets stay where they
 * are. Null for a file of the other format.
 */
export async function gatherStackFiles(directory: string, text: StackText): Promise<ProjectFiles | null> {
  const formats = new Set<StackFormat>()
  const files = await gatherFiles(
    (projectFiles) => formats.add(readStack({ ...text, directory, projectFiles }).format),
    (path) => findInside(directory, path),
  )
  return formats.has('compose') ? files : null
}
