import { isAbsolute, join } from 'node:path'
import type { Client } from '@wheelhouse/client'
import { readOr, type StackInput, textsOf } from '../stack-file.ts'
import { usage } from '../failure.ts'

type Source = { readonly file?: unknown; readonly environment?: unknown; readonly external?: unknown } | null
type Sections = Partial<Record<'secrets' | 'configs', Record<string, Source> | null>>

/**
 * A Swarm cannot read files of this machine: for one, the secrets and configs of a Compose file are sent along. Only what the file
 * names leaves this machine, and only where the target is a Swarm.
 */
export async function withObjects(client: Client, input: StackInput): Promise<StackInput> {
  const { target, directory = '.' } = input
  const texts = textsOf(input)
  if (target === undefined || !texts.some((text) => /^(?:secrets|configs)\s*:/m.test(text))) return input
  // Whether it is there at all is told by what is asked next.
  const kind = await client.targets.get({ id: target }).then(
    (found) => found.kind,
    () => null,
  )
  if (kind !== 'swarm') return input
  const files: Record<string, string> = { ...input.files }
  const variables: Record<string, string> = { ...input.variables }
  for (const { section, one } of (await Promise.all(texts.map(objectsOf))).flat()) {
    const { file, environment } = one
    // A path with a variable in it is known to the server alone.
    if (typeof file === 'string' && !file.includes('$')) {
      const text = await readOr(isAbsolute(file) ? file : join(directory, file))
      if (text === null) throw usage(`${section}: there is no ${file} beside the stack file.`)
      files[file] = text
    }
    const value = typeof environment === 'string' ? process.env[environment] : undefined
    if (typeof environment === 'string' && value !== undefined) variables[environment] ??= value
  }
  return {
    ...input,
    ...(Object.keys(files).length > 0 ? { files } : {}),
    ...(Object.keys(variables).length > 0 ? { variables } : {}),
  }
}

/** A broken file is left to the server, which says line and column. */
async function objectsOf(source: string) {
  const { parse } = await import('yaml')
  let root: Sections | null = null
  try {
    root = parse(source, { merge: true, logLevel: 'silent' }) as Sections | null
  } catch {
    return []
  }
  return (['secrets', 'configs'] as const).flatMap((section) =>
    Object.values(root?.[section] ?? {}).flatMap((one) =>
      one !== null && typeof one === 'object' ? [{ section, one }] : [],
    ),
  )
}
