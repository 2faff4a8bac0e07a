import { hosts, listOf, mapOf, orText, pairs, struct } from './collections.ts'
import type { Kind } from './kind.ts'
import { fileMounts } from './mounts.ts'
import { flag, text, whole, wholeBytes } from './scalars.ts'

const texts = listOf(text)

/** One number for both limits, or each of its own. */
const ulimit: Kind = {
  check(node, path, problems) {
    if (node.kind === 'map') limits.check(node, path, problems)
    else whole.check(node, path, problems)
  },
  emit: (node) => (node?.kind === 'map' ? limits.emit(node) : (whole.emit(node) ?? {})),
}
const limits = struct({ keys: { soft: whole, hard: whole }, required: ['soft', 'hard'] })
export const ulimits = mapOf(ulimit)

/** Keys of an agent, each with the path of its socket or key where it has one. */
const ssh: Kind = {
  check: (node, path, problems) => pairs(null).check(node, path, problems),
  emit(node) {
    if (node?.kind !== 'map' || node.entries.size === 0) return undefined
    return [...node.entries].map(([id, { value }]) =>
      value.kind === 'scalar' && value.value !== null ? `${id}=${value.text}` : id,
    )
  },
}

const namedTexts = mapOf(text)
const contexts: Kind = {
  check: (node, path, problems) => (node.kind === 'map' ? namedTexts : pairs('')).check(node, path, problems),
  emit: (node) => pairs('').emit(node),
}

export const buildKeys: Readonly<Record<string, Kind>> = {
  context: text,
  dockerfile: text,
  dockerfile_inline: text,
  entitlements: texts,
  args: pairs(null, { keepsEmpty: false }),
  ssh,
  labels: pairs(''),
  cache_from: texts,
  cache_to: texts,
  no_cache: flag,
  additional_contexts: contexts,
  pull: flag,
  extra_hosts: hosts,
  isolation: text,
  network: text,
  target: text,
  secrets: fileMounts,
  shm_size: wholeBytes,
  tags: texts,
  ulimits,
  platforms: texts,
  privileged: flag,
}
export const build = orText(struct({ keys: buildKeys }))
