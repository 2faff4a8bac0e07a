import { ownLabels } from '@wheelhouse/driver'

const composeLabel = 'com.docker.compose.project'

/** The stack that a volume or a network belongs to, ours or one of Compose. */
export const stackOf = (labels: Readonly<Record<string, string>>): string | null =>
  labels[ownLabels.stack] ?? labels[composeLabel] ?? null
