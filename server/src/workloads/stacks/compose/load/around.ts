import { posix } from 'node:path'
import type { Path, Position, Problems } from '../../file/problems.ts'
import type { Budget } from '../tree/budget.ts'
import type { Found, ProjectFiles } from './files.ts'
import { isWithin, isRemote } from './files.ts'
import type { Variables } from '../tree/interpolate.ts'

/** What every step of loading shares; an included project has its own folder and variables. */
export interface Around {
  readonly problems: Problems
  readonly budget: Budget
  readonly told: Set<string>
  readonly files: ProjectFiles
  /** Folder of the whole project, that nothing is read from outside of; '' where it is not known. */
  readonly root: string
  /** Folder that relative paths start from. */
  readonly directory: string
  readonly variables: Variables
  /** Whether a letter before a colon is a drive of Windows. */
  readonly drives: boolean
}

/** A path as people know it: from the folder of the project. */
export const shown = (around: Around, path: string): string =>
  path === '' ? '""' : around.root !== '' && isWithin(around.root, path) ? posix.relative(around.root, path) : path

/** The text of a file of the project, or null with the reason told. */
export function readFile(around: Around, path: string, place: Position | null, at: Path): string | null {
  const { problems, budget, files } = around
  if (isRemote(path)) {
    problems.at(
      place,
      at,
      `${path} is fetched from elsewhere, which is not supported. Put the file into the folder of the stack.`,
    )
    return null
  }
  if (budget.files-- <= 0) {
    if (budget.files === -1) problems.at(place, at, 'The stack is made of more than 200 files.')
    return null
  }
  const found: Found = files.find(path)
  if ('text' in found) return found.text
  const name = shown(around, path)
  if (found.missing === 'outside')
    problems.at(place, at, `${name} is outside of the folder of the stack, so it is not read. Move it there.`)
  else if (found.missing === 'absent')
    problems.at(place, at, `${name} was not sent along, or is not in the folder of the stack.`)
  return null
}
