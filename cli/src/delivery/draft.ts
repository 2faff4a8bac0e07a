import { type Client, Problem } from '@wheelhouse/client'
import type { Look } from '../presentation/look.ts'
import { type Change, changesText } from '../presentation/delivery/diff.ts'
import { hidden } from '../presentation/delivery/configs.ts'
import { type FullSet, isSecret } from './config-set.ts'

/** What is to be saved. A secret that was not touched is in neither. */
export interface Draft {
  readonly set: Record<string, string>
  readonly unset: readonly string[]
}

export const isEmpty = (draft: Draft): boolean => Object.keys(draft.set).length === 0 && draft.unset.length === 0

export interface KeyProblem {
  readonly key: string
  readonly message: string
}

interface Details {
  problems?: readonly Partial<KeyProblem>[]
}

/** What the schema has against it; empty when it may be saved. Whatever else goes wrong is thrown. */
export async function problemsOf(client: Client, set: FullSet, draft: Draft): Promise<KeyProblem[]> {
  try {
    await client.configs.save.plan({ id: set.id, set: draft.set, unset: [...draft.unset], version: set.version })
    return []
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'CONFIG_INVALID') throw error
    const { problems = [] } = error.details as Details
    const found = problems.map(({ key = '', message = error.message }) => ({ key, message }))
    return found.length > 0 ? found : [{ key: '', message: error.message }]
  }
}

/** The draft as lines, secrets only by that they change. */
export function draftText(set: FullSet, draft: Draft, look: Look): string {
  const before = new Map(set.values.map((value) => [value.key, value]))
  const change = (key: string, after: string | null): Change => {
    const old = before.get(key)
    if (!isSecret(set, key)) return { key, before: old ? (old.value ?? '') : null, after }
    return { key, before: old ? hidden : null, after: after === null ? null : old ? `${hidden} (new)` : hidden }
  }
  const changes = [
    ...Object.entries(draft.set).map(([key, value]) => change(key, value)),
    ...draft.unset.map((key) => change(key, null)),
  ]
  return changesText(changes, look)
}
