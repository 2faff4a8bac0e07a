import type { Difference, Release } from '@wheelhouse/contract'
import type { WorkloadSpec } from '@wheelhouse/driver'
import { isSecretKey, secretMark } from '@wheelhouse/platform/log'
import { swarmFacts } from '../stacks/index.ts'
import type { ReleaseContent } from './content.ts'

const said = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value)) ?? ''

function differ(what: string, before: string | null, after: string | null): Difference[] {
  if (before === after) return []
  return [{ kind: before === null ? 'added' : after === null ? 'removed' : 'changed', what, before, after }]
}

/** Values by name; those of secrets only by that they differ. */
function differMaps(
  what: string,
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  isSecret: (name: string) => boolean,
): Difference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted()
  return names.flatMap((name) => {
    const old = name in before ? said(before[name]) : null
    const now = name in after ? said(after[name]) : null
    const found = differ(`${what}.${name}`, old, now)
    if (!isSecret(name)) return found
    return found.map((one) => ({
      ...one,
      before: old === null ? null : secretMark,
      after: now === null ? null : secretMark,
    }))
  })
}

/** Lines of a spec that people compare; the rest of it is told as one. */
const shown = ['image', 'argv', 'command', 'entrypoint', 'ports', 'checks', 'restart', 'memoryBytes', 'cpus'] as const

/** What is compared of a service, by name. */
function linesOf(spec: WorkloadSpec): Record<string, string> {
  if (spec.kind === 'swarm-service')
    return {
      image: spec.image,
      ...swarmFacts(spec.native),
      ...(spec.checks.length > 0 && { checks: said(spec.checks) }),
    }
  const fields = spec as unknown as Record<string, unknown>
  return Object.fromEntries(shown.flatMap((key) => (key in fields ? [[key, said(fields[key])] as const] : [])))
}

/** What differs between two releases. Everything that may be secret is told by name only. */
export function compareReleases(
  before: { readonly release: Release; readonly content: ReleaseContent },
  after: { readonly release: Release; readonly content: ReleaseContent },
): Difference[] {
  const secretKeys = new Set([...before.content.secretKeys, ...after.content.secretKeys])
  const secretValues = new Set(
    [before, after].flatMap(({ content }) => content.secretKeys.map((key) => content.values[key] ?? '')),
  )
  const isSecret = (name: string): boolean => secretKeys.has(name) || isSecretKey(name)
  const hides = (value: unknown): boolean =>
    [...secretValues].some((secret) => secret.length >= 4 && said(value).includes(secret))
  const artefacts = (of: Release): Record<string, string> =>
    Object.fromEntries(of.artefacts.map(({ app, digest }) => [app, digest]))
  const specs = (content: ReleaseContent) =>
    new Map(
      content.placements.flatMap(({ rendered }) => rendered.workloads.map(({ spec }) => [spec.name, spec] as const)),
    )
  const old = specs(before.content)
  const now = specs(after.content)
  const services = [...new Set([...old.keys(), ...now.keys()])].toSorted().flatMap((name): Difference[] => {
    const was = old.get(name)
    const is = now.get(name)
    if (was === undefined || is === undefined)
      return differ(`services.${name}`, was === undefined ? null : 'there', is === undefined ? null : 'there')
    const [had, has] = [linesOf(was), linesOf(is)]
    const lines = [...new Set([...Object.keys(had), ...Object.keys(has)])].flatMap((key) => {
      const found = differ(`services.${name}.${key}`, had[key] ?? null, has[key] ?? null)
      return found.map((one) =>
        hides(one.before) || hides(one.after) ? { ...one, before: secretMark, after: secretMark } : one,
      )
    })
    const environment = differMaps(
      `services.${name}.environment`,
      was.environment,
      is.environment,
      (key) => isSecret(key) || hides(is.environment[key]) || hides(was.environment[key]),
    )
    return [...lines, ...environment]
  })
  return [
    ...differMaps('artefacts', artefacts(before.release), artefacts(after.release), () => false),
    ...differ('source.revision', before.release.source.revision, after.release.source.revision),
    ...differMaps('config', before.content.values, after.content.values, isSecret),
    ...services,
  ]
}
