import { createHash } from 'node:crypto'
import type { Json } from '../spec/kind.ts'
import type { ComposeProject } from './canonical-json.ts'

/** Characters that the JSON of Compose writes as escapes. */
const escaped = /[<>&\u2028\u2029]/g

/**
 * The hash that Compose gives a service and keeps in the label com.docker.compose.config-hash: SHA-256 in hex of its canonical
 * form, without what does not change its containers. Two services of the same hash need not be made anew.
 */
export function serviceHash(service: ComposeProject['services'][string]): string {
  const { build: _build, pull_policy: _policy, scale: _scale, deploy, ...rest } = service
  // The order of the keys is part of it, so that deploy stays where it is.
  const left = Object.entries(service).flatMap(([key, value]): [string, Json][] => {
    if (key === 'deploy' && typeof deploy === 'object' && deploy !== null && !Array.isArray(deploy)) {
      const { replicas: _replicas, ...others } = deploy as Readonly<Record<string, Json>>
      return [[key, others]]
    }
    return Object.hasOwn(rest, key) ? [[key, value]] : []
  })
  const text = JSON.stringify(Object.fromEntries(left)).replace(
    escaped,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return createHash('sha256').update(text).digest('hex')
}
