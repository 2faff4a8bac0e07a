import type { ContainerSpec } from '@wheelhouse/driver'
import { isIP } from 'node:net'
import type { Path } from '../file/problems.ts'
import type { Reader } from '../file/reader.ts'
import { isLong, type StackScope } from '../file/stack-scope.ts'

export function readDevices(reader: Reader, value: unknown, path: Path): ContainerSpec['devices'] {
  return (reader.list(value, path) ?? []).flatMap((item, index) => {
    const at = [...path, index]
    const fields = isLong(item) ? (reader.map(item, at) ?? {}) : null
    const [host = '', container, permissions] = fields
      ? (['source', 'target', 'permissions'].map(
          (key) => reader.string(fields[key], [...at, key]) ?? undefined,
        ) as string[])
      : (reader.string(item ?? '', at) ?? '').split(':')
    const rights = permissions ?? 'rwm'
    if (!host.startsWith('/') || !/^[rwm]{1,3}$/.test(rights)) {
      reader.problems.error(at, 'A device is written /dev/host:/dev/container:rwm.')
      return []
    }
    return [{ host, container: container ?? host, permissions: rights }]
  })
}

/** Answers `name:address`, as the engine takes them. */
export function readExtraHosts(reader: Reader, value: unknown, path: Path): string[] {
  const found: string[] = []
  const add = (at: Path, name: string, address: string): void => {
    const bare = address.trim().replace(/^\[(.*)\]$/, '$1')
    if (!name || (isIP(bare) === 0 && bare !== 'host-gateway')) {
      reader.problems.error(
        at,
        `An extra host is written name=address; "${address}" is no IP address and not host-gateway.`,
      )
    } else found.push(`${name}:${bare}`)
  }
  if (Array.isArray(value)) {
    for (const [index, line] of reader.strings(value, path).entries()) {
      const mark = /[=:]/.exec(line)?.index ?? line.length
      add([...path, index], line.slice(0, mark).trim(), line.slice(mark + 1))
    }
    return found
  }
  for (const [name, item] of Object.entries(reader.map(value, path) ?? {})) {
    for (const address of reader.oneOrMany(item, [...path, name])) add([...path, name], name, address)
  }
  return found
}

/** A seccomp profile is a file of the project: the engine is handed its text, as Compose does. */
export function readSecurityOptions({ reader, profile }: StackScope, value: unknown, path: Path): string[] {
  return reader.strings(value, path).map((option, index) => {
    const at = [...path, index]
    const file = /^seccomp[=:](?!(?:unconfined|builtin)$)(.+)$/.exec(option)?.[1]
    if (file === undefined) return option.replace(/^(seccomp|apparmor|label|no-new-privileges|systempaths):/, '$1=')
    const text = profile?.(file) ?? null
    if (text === null) {
      reader.problems.error(at, `${file} was not sent along, or is not in the folder of the stack.`)
      return option
    }
    try {
      const rules = JSON.parse(text) as unknown
      if (typeof rules !== 'object' || rules === null || Array.isArray(rules)) throw new Error('it is no map')
      return `seccomp=${JSON.stringify(rules)}`
    } catch {
      reader.problems.error(at, `${file} is no seccomp profile: it must be a map in JSON.`)
      return option
    }
  })
}

const pulls: Readonly<Record<string, ContainerSpec['pull']>> = {
  always: 'always',
  never: 'never',
  missing: 'missing',
  if_not_present: 'missing',
  // What is to be built is told beside build.
  build: 'missing',
}

export function readPull(reader: Reader, value: unknown, path: Path): ContainerSpec['pull'] {
  if (value === undefined || value === null) return 'missing'
  const name = reader.choice(value, path, Object.keys(pulls))
  return name === null ? 'missing' : pulls[name]!
}
