import { constants } from 'node:os'
import { Failure } from '@wheelhouse/contract'
import type { ProcessSpec, WorkloadSpec } from '@wheelhouse/driver'

/** The name becomes a file and a unit: no slash, no `@` (a template), and no dot or dash at its start. */
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/
const variablePattern = /^[a-zA-Z_][a-zA-Z0-9_]*$/
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u001f\u007f]/

const refused = (message: string): Failure => new Failure('TARGET_REFUSED', `${message}.`)

/** `SIGTERM` for `TERM`, `term` or `SIGTERM`. Throws TARGET_REFUSED. */
export function signalName(text: string): string {
  const name = `SIG${text.toUpperCase().replace(/^SIG/, '')}`
  if (Object.hasOwn(constants.signals, name)) return name
  throw refused(`There is no signal "${text}". Use a name such as SIGTERM, SIGHUP or SIGKILL`)
}

/** 137 for a death by SIGKILL, as shells say it. */
export function signalOf(exitCode: number): string | null {
  const found = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)
  return exitCode > 128 ? (found?.[0] ?? null) : null
}

/** Refuses, before anything is written, what could not be run as told. Throws TARGET_REFUSED. */
export function checkSpec(spec: WorkloadSpec): ProcessSpec {
  if (spec.kind !== 'process') throw refused('A service manager runs programs. Put containers on a Docker target')
  const { name } = spec
  if (!namePattern.test(name))
    throw refused(`"${name}" cannot be a name. Use letters, digits, dots, dashes or underscores, at most 63`)
  if (!spec.argv[0]) throw refused(`${name} has no command. Give the program and its arguments`)
  if (!/^(\/|[A-Za-z]:[\\/])/.test(spec.directory))
    throw refused(`The directory of ${name} is not absolute. Give the full path`)
  // A unit file has no way to quote these in a path.
  if (control.test(spec.directory) || /[\s\\]$/.test(spec.directory))
    throw refused(`The directory of ${name} ends in a blank or backslash, or holds a control character`)
  if (spec.argv.some((text) => text.includes('\0')))
    throw refused(`The command of ${name} holds a NUL character. Remove it`)
  for (const [variable, value] of Object.entries(spec.environment)) {
    if (!variablePattern.test(variable))
      throw refused(`${name} cannot have a variable "${variable}". Names have letters, digits and underscores`)
    if (value.includes('\0')) throw refused(`The variable ${variable} of ${name} holds a NUL character. Remove it`)
  }
  signalName(spec.stop.signal)
  return spec
}
