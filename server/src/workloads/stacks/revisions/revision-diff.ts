import type { PlanStep } from '@wheelhouse/contract'
import type { SwarmObjectSpec } from '@wheelhouse/driver'
import { isSecretKey } from '@wheelhouse/platform/log'
import { createTwoFilesPatch } from 'diff'
import { maskPair } from '../../../inventory/configs/index.ts'
import { differences, resourceDifferences } from '../reconcile/differences.ts'
import { nameOf } from '../reconcile/plan.ts'
import type { Rendered } from '../rendered.ts'
import type { Revision } from '../store.ts'

/** Two files that share next to nothing would take minutes to compare line by line. */
const mostEdits = 1_000

/** Values that stand under the name of a secret in what a file came to, so that they are hidden wherever the file writes them. */
const secretValues = ({ workloads }: Rendered): string[] =>
  workloads.flatMap(({ spec }) =>
    Object.entries(spec.environment).flatMap(([name, value]) => (isSecretKey(name) && value !== '' ? [value] : [])),
  )

/** The unified diff of the files of two revisions, every secret masked; empty where they are equal. */
export function fileDiff(before: Revision, after: Revision, names: readonly [string, string]): string {
  if (before.source === after.source) return ''
  const values = [...new Set([...secretValues(before.rendered), ...secretValues(after.rendered)])]
  const masked = maskPair(before.source, after.source, { keys: new Set(), values })
  if (masked.before === masked.after) return ''
  const patch = createTwoFilesPatch(names[0], names[1], masked.before, masked.after, undefined, undefined, {
    context: 3,
    maxEditLength: mostEdits,
  })
  if (patch === undefined) return wholesale(masked, names)
  return patch.replace(/^(?:Index: .*\n)?=+\n/, '')
}

function wholesale(
  { before, after }: { before: string; after: string },
  [from, to]: readonly [string, string],
): string {
  const old = before.split('\n')
  const now = after.split('\n')
  const lines = [...old.map((line) => `-${line}`), ...now.map((line) => `+${line}`)]
  return [`--- ${from}`, `+++ ${to}`, `@@ -1,${old.length} +1,${now.length} @@`, ...lines, ''].join('\n')
}

/** What differs in what runs between two revisions; what stays is left out. No secret value is told. */
export function changesBetween(before: Rendered, after: Rendered): PlanStep[] {
  const old = new Map(before.workloads.map(({ spec }) => [spec.name, spec]))
  const now = new Map(after.workloads.map(({ spec }) => [spec.name, spec]))
  const services = after.workloads.flatMap(({ spec }): PlanStep[] => {
    const was = old.get(spec.name)
    const step = { kind: 'service' as const, name: nameOf(after, spec) }
    if (was === undefined) return [{ ...step, verb: 'create', reasons: [] }]
    if (was.digest === spec.digest) return []
    return [{ ...step, verb: 'change', reasons: differences(was, spec) }]
  })
  const gone = before.workloads.flatMap(({ spec }): PlanStep[] =>
    now.has(spec.name) ? [] : [{ verb: 'remove', kind: 'service', name: nameOf(before, spec), reasons: [] }],
  )
  const key = ({ kind, name }: Rendered['resources'][number]): string => `${kind} ${name}`
  const had = new Map(before.resources.map((resource) => [key(resource), resource]))
  const has = new Set(after.resources.map(key))
  const resources = after.resources.flatMap((resource): PlanStep[] => {
    const { kind, name } = resource
    const was = had.get(key(resource))
    if (was === undefined) return [{ verb: 'create', kind, name, reasons: [] }]
    const differs = resourceDifferences(was, resource)
    return differs.length === 0
      ? []
      : [{ verb: 'change', kind, name, reasons: differs.map((word) => `${word} changed`) }]
  })
  const lost = before.resources.flatMap((resource): PlanStep[] =>
    has.has(key(resource)) ? [] : [{ verb: 'remove', kind: resource.kind, name: resource.name, reasons: [] }],
  )
  return [...services, ...gone, ...resources, ...lost, ...objectSteps(before.objects ?? [], after.objects ?? [])]
}

/** Of a Swarm: secrets and configs, and whether they hold another value; never which. */
function objectSteps(before: readonly SwarmObjectSpec[], after: readonly SwarmObjectSpec[]): PlanStep[] {
  const same = (one: SwarmObjectSpec) => (other: SwarmObjectSpec) => other.kind === one.kind && other.name === one.name
  const steps = after.flatMap((object): PlanStep[] => {
    const { kind, name, data } = object
    const was = before.find(same(object))
    if (was?.data === data) return []
    return [{ verb: was ? 'change' : 'create', kind, name, reasons: was ? ['its value is another'] : [] }]
  })
  const gone = before.filter((object) => !after.some(same(object)))
  return [...steps, ...gone.map(({ kind, name }): PlanStep => ({ verb: 'remove', kind, name, reasons: [] }))]
}
