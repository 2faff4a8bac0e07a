/** One line of a .dockerignore. */
interface Rule {
  readonly pattern: RegExp
  readonly kept: boolean
}

export interface Dockerignore {
  /** For a path relative to the folder, with `/`. */
  leavesOut(path: string): boolean
  /** True where a line may bring back a part of a folder that another leaves out. */
  readonly exceptions: boolean
}

/**
 * What is left out of an image's context. As the engine's own clients read the file: `*` and
 * `?` within a name, `**` over any number of folders, `[a-z]` classes, `!` for exceptions, the last line that fits decides, and what
 * fits a folder fits all in it. Throws a sentence for a line that is no pattern.
 */
export function readDockerignore(text: string): Dockerignore {
  const rules = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => !line.startsWith('#'))
    .map((line) => line.trim())
    .flatMap((line) => readRule(line))
  return {
    leavesOut(path) {
      let left = false
      for (const { pattern, kept } of rules) if (left === kept && pattern.test(path)) left = !kept
      return left
    },
    exceptions: rules.some(({ kept }) => kept),
  }
}

function readRule(line: string): Rule[] {
  const kept = line.startsWith('!')
  const parts = (kept ? line.slice(1).trim() : line).split('/').filter((part) => part !== '' && part !== '.')
  const flat: string[] = []
  for (const part of parts) {
    if (part === '..') flat.pop()
    else flat.push(part)
  }
  if (flat.length === 0) return []
  try {
    return [{ pattern: new RegExp(`^${expression(flat)}(?:/|$)`, 's'), kept }]
  } catch {
    throw new Error(`"${line}" in .dockerignore is no pattern`)
  }
}

/** `**` stands for any number of whole parts, none too; at the end for all that is there. */
function expression(parts: readonly string[]): string {
  return parts
    .map((part, index) => {
      const last = index === parts.length - 1
      if (part === '**') return last ? '.*' : '(?:.*/)?'
      return partExpression(part) + (last ? '' : '/')
    })
    .join('')
}

function partExpression(part: string): string {
  const tokens = part.matchAll(/\*\*|\*|\?|\[(?:\\.|[^\]\\])+\]|\\.|./gs)
  return [...tokens].map(([token]) => tokenExpression(token)).join('')
}

function tokenExpression(token: string): string {
  if (token === '**') return '.*'
  if (token === '*') return '[^/]*'
  if (token === '?') return '[^/]'
  if (token === '[') throw new Error('a class without its end')
  if (token.startsWith('[')) return token
  return RegExp.escape(token.length > 1 ? token.slice(1) : token)
}
