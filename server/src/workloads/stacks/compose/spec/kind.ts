import type { Path, Problems } from '../../file/problems.ts'
import { isNothing, type Node } from '../tree/node.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** What a key of the Compose Specification holds. */
export interface Kind {
  /** Tells what does not fit, in short forms and in long ones. */
  check(node: Node, path: Path, problems: Problems): void
  /** A canonical value as `docker compose config` writes it; undefined where it leaves it out. */
  emit(node: Node | undefined): Json | undefined
}

const nameOf = (node: Node): string => {
  if (node.kind === 'map') return 'a map'
  if (node.kind === 'list') return 'a list'
  if (node.value === null) return 'nothing'
  return typeof node.value === 'string' ? 'text' : typeof node.value === 'number' ? 'a number' : 'true or false'
}

/** Tells that a value is of another form. */
export function wrong(node: Node, path: Path, problems: Problems, wanted: string): void {
  const hint =
    wanted === 'text' && node.kind === 'scalar' && node.value !== null ? `. Put it in quotes: "${node.text}"` : ''
  problems.error(path, `This must be ${wanted}, but it is ${nameOf(node)}${hint}.`)
}

export { isNothing }
