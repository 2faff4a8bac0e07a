import { didYouMean } from '../file/nearest.ts'
import type { Path } from '../file/problems.ts'
import type { Reader } from '../file/reader.ts'

/**
 * network_mode, pid, ipc and userns_mode. `service:x` becomes `container:<name on the target>`, and x must be up first.
 * `words` are the plain values the key takes.
 */
export function readNamespace(
  reader: Reader,
  value: unknown,
  path: Path,
  words: readonly string[],
  containers: ReadonlyMap<string, string>,
): { readonly mode: string | null; readonly service: string | null } {
  const text = reader.string(value, path)
  if (text === null || text === '') return { mode: null, service: null }
  if (words.includes(text) || /^container:./.test(text)) return { mode: text, service: null }
  const service = /^service:(.+)$/.exec(text)?.[1]
  if (service === undefined) {
    reader.problems.error(
      path,
      `"${text}" is not known here. Use ${[...words, 'service:<name>', 'container:<name>'].join(', ')}.`,
    )
    return { mode: null, service: null }
  }
  const container = containers.get(service)
  if (container !== undefined) return { mode: `container:${container}`, service }
  reader.problems.error(path, `There is no service ${service} in the file.${didYouMean(service, containers.keys())}`)
  return { mode: null, service: null }
}
