import { didYouMean } from './nearest.ts'
import type { Path } from './problems.ts'
import { type EnvFile, parseEnvFile } from './env-file.ts'
import { type StackScope, isLong } from './stack-scope.ts'

interface EnvFileEntry {
  readonly path: string
  readonly required: boolean
  readonly raw: boolean
  readonly at: Path
}

function entries(scope: StackScope, value: unknown, path: Path): EnvFileEntry[] {
  const { reader } = scope
  if (!Array.isArray(value)) {
    return reader.oneOrMany(value, path).map((file) => ({ path: file, required: true, raw: false, at: path }))
  }
  return value.flatMap((item: unknown, index): EnvFileEntry[] => {
    const at = [...path, index]
    if (!isLong(item)) {
      const file = reader.string(item ?? '', at)
      return file === null ? [] : [{ path: file, required: true, raw: false, at }]
    }
    const fields = reader.map(item, at) ?? {}
    reader.onlyKeys(fields, at, ['path', 'required', 'format'])
    const file = reader.string(fields.path, [...at, 'path'])
    if (file === null) reader.problems.error(at, 'An env_file needs a path.')
    const required = reader.boolean(fields.required, [...at, 'required']) ?? true
    const format = fields.format === undefined ? null : reader.choice(fields.format, [...at, 'format'], ['raw'])
    return file === null ? [] : [{ path: file, required, raw: format === 'raw', at }]
  })
}

const known = new WeakMap<StackScope, Map<string, EnvFile>>()

/** Many services may share one file: it is read once. */
function readOnce(scope: StackScope, file: string, raw: boolean): EnvFile {
  const read = known.get(scope) ?? new Map<string, EnvFile>()
  known.set(scope, read)
  const key = `${raw} ${file}`
  const found = read.get(key) ?? parseEnvFile(scope.files[file]!, scope.variables, raw)
  read.set(key, found)
  return found
}

/**
 * env_file, overridden by environment. A name without a value takes it from the variables, and is left out when they have none.
 * The texts of env files are handed in: no file is ever opened here.
 */
export function readEnvironment(
  scope: StackScope,
  service: { readonly env_file?: unknown; readonly environment?: unknown },
  path: Path,
): Record<string, string> {
  const { reader, variables, files } = scope
  const result = new Map<string, string>()
  for (const { path: file, required, raw, at } of entries(scope, service.env_file, [...path, 'env_file'])) {
    if (!Object.hasOwn(files, file)) {
      if (required)
        reader.problems.error(at, `The env file ${file} was not sent along.${didYouMean(file, Object.keys(files))}`)
      continue
    }
    const read = readOnce(scope, file, raw)
    for (const { line, message } of read.problems) reader.problems.error(at, `${file} line ${line}: ${message}`)
    if (!reader.mayMake(read.values.size, at)) return {}
    for (const [name, value] of read.values) result.set(name, value)
  }
  const own = [...path, 'environment']
  for (const [name, value] of reader.pairs(service.environment, own)) {
    if (value !== null) result.set(name, value)
    else if (Object.hasOwn(variables, name)) result.set(name, variables[name]!)
    else reader.problems.warn(own, `${name} has no value here or among the variables, so it is left out.`)
  }
  return Object.fromEntries(result)
}
