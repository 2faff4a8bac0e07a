import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'

/** Files that may be longer than the rest, each with the reason why it cannot be two. */
const longForAReason: Record<string, string> = {}

const limits = { median: 90, nineOfTen: 250, longest: 450, filesInFolder: 20 }
const forbidden = /^(utils?|helpers?|common|misc|managers?|types|base)$/
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*([.][a-z0-9]+(-[a-z0-9]+)*)*$/

export interface Source {
  path: string
  lines: number
}

/** Every way in which the sources break the house rules on size and names, one sentence each. */
export function complaints(sources: Source[]): string[] {
  const product = sources.filter(({ path }) => !/[.]test[.]tsx?$/.test(path))
  const lines = product.map((source) => source.lines).sort((a, b) => a - b)
  const at = (share: number) => lines[Math.ceil(lines.length * share) - 1] ?? 0
  return [
    ...(at(0.5) > limits.median ? [`the median file has ${at(0.5)} lines, at most ${limits.median} are meant`] : []),
    ...(at(0.9) > limits.nineOfTen
      ? [`one file in ten has over ${at(0.9) - 1} lines, at most ${limits.nineOfTen} are meant`]
      : []),
    ...sources
      .filter((source) => source.lines > limits.longest && longForAReason[source.path] === undefined)
      .map(({ path, lines }) => `${path} has ${lines} lines, more than ${limits.longest}: split it by nouns`),
    ...folders(product).map(([folder, count]) => {
      return `${folder} has ${count} files, more than ${limits.filesInFolder}: which of them belong together?`
    }),
    ...sources.flatMap(({ path }) => nameComplaints(path)),
  ]
}

function folders(sources: Source[]): [folder: string, files: number][] {
  const byFolder = Map.groupBy(sources, ({ path }) => dirname(path))
  return [...byFolder]
    .map(([folder, files]): [string, number] => [folder, files.length])
    .filter(([, count]) => count > limits.filesInFolder)
}

function nameComplaints(path: string): string[] {
  const stem = basename(path).replace(/[.]tsx?$/, '')
  const vague = [...dirname(path).split('/'), stem.split('.')[0] ?? ''].find((name) => forbidden.test(name))
  return [
    ...(vague ? [`${path}: "${vague}" says nothing, name it after its noun`] : []),
    ...(kebab.test(stem) ? [] : [`${path}: names are kebab-case`]),
  ]
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..')
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx']
  const sources = execFileSync('git', list, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(root, path)))
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }))
  const found = complaints(sources)
  for (const complaint of found) console.error(complaint)
  if (found.length > 0 || sources.length === 0) process.exitCode = 1
}
