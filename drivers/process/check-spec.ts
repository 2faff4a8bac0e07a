import { Failure } from '@wheelhouse/contract'
import type { ProcessSpec, WorkloadSpec } from '@wheelhouse/driver'
import { signalNumber } from './signals.ts'

/** The name becomes a folder, so it holds no slash and is not `..`. */
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/
/** What the waiting shell can hand on; it drops variables with other names. */
const variablePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/

/** Refuses, before anything is written, what could not be run as told. Throws TARGET_REFUSED. */
export function checkSpec(spec: WorkloadSpec): ProcessSpec {
  if (spec.kind !== 'process') throw refused('This machine runs processes. Put containers on a Docker target')
  if (!namePattern.test(spec.name)) {
    throw refused(`"${spec.name}" cannot be a name. Use letters, digits, dots, dashes or underscores, at most 63`)
  }
  if (!spec.argv[0]) throw refused(`${spec.name} has no command. Give the program and its arguments`)
  if (!spec.directory.startsWith('/'))
    throw refused(`The directory of ${spec.name} is not absolute. Give the full path`)
  if ([...spec.argv, spec.directory].some((text) => text.includes('\0'))) {
    throw refused(`The command of ${spec.name} holds a NUL character. Remove it`)
  }
  for (const [name, value] of Object.entries(spec.environment)) {
    if (!variablePattern.test(name)) {
      throw refused(
        `${spec.name} cannot have a variable "${name}". Names of variables have letters, digits and underscores`,
      )
    }
    if (value.includes('\0')) throw refused(`The variable ${name} of ${spec.name} holds a NUL character. Remove it`)
  }
  signalNumber(spec.stop.signal)
  return spec
}

const refused = (message: string): Failure => new Failure('TARGET_REFUSED', `${message}.`)
