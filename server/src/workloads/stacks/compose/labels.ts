import { ownLabels } from '@wheelhouse/driver'
import type { Json } from './spec/kind.ts'
import { serviceHash } from './model/service-hash.ts'

/** Names of the labels that Compose finds its own by. Nothing is made anew for their sake: they say only where it came from. */
export const composeLabel = 'com.docker.compose.'
const hashLabel = `${composeLabel}config-hash`

export interface Origin {
  readonly project: string
  /** Folder of the project; null where it is not known. */
  readonly directory: string | null
  readonly files: readonly string[]
}

/** What Compose would write on the containers of a service, so that `docker compose ps` and `up` take it for theirs. */
export function containerLabels(
  origin: Origin,
  service: string,
  canonical: Readonly<Record<string, Json>>,
): Record<string, string> {
  const needs = (canonical.depends_on ?? {}) as Readonly<
    Record<string, { readonly condition: string; readonly restart?: boolean }>
  >
  return {
    [`${composeLabel}project`]: origin.project,
    [`${composeLabel}service`]: service,
    [`${composeLabel}oneoff`]: 'False',
    [hashLabel]: serviceHash(canonical),
    [`${composeLabel}depends_on`]: Object.entries(needs)
      .map(([name, { condition, restart = false }]) => `${name}:${condition}:${restart}`)
      .join(','),
    ...(origin.directory !== null && {
      [`${composeLabel}project.working_dir`]: origin.directory,
      [`${composeLabel}project.config_files`]: origin.files.join(','),
    }),
  }
}

interface Labelled {
  readonly labels: Readonly<Record<string, string>>
}

/**
 * Whether a container was made from this very service, by the hash that Compose leaves. One that took another's place by hand has the
 * label still, which says no more what runs.
 */
export const isMadeFrom = ({ labels }: Labelled, spec: Labelled): boolean =>
  labels[hashLabel] !== undefined &&
  labels[hashLabel] === spec.labels[hashLabel] &&
  labels[ownLabels.replaces] === undefined

/** Which of the containers of a service one is, from 1. */
export const numberLabel = (number: number): Record<string, string> => ({
  [`${composeLabel}container-number`]: String(number),
})

/** What Compose would write on a network or volume, `key` being its name in the file. */
export const resourceLabels = (project: string, kind: 'network' | 'volume', key: string): Record<string, string> => ({
  [`${composeLabel}project`]: project,
  [`${composeLabel}${kind}`]: key,
})

export const withoutComposeLabels = (labels: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).filter(([name]) => !name.startsWith(composeLabel)))
