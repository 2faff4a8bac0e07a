import { Failure } from '@wheelhouse/contract'
import type { Chosen, SwarmObjectSpec } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'

/** The engine takes no longer names. */
const longestName = 64

interface Stored {
  readonly ID: string
  readonly Version: { readonly Index: number }
  readonly Spec: {
    readonly Name: string
    readonly Labels?: Readonly<Record<string, string>> | null
    readonly Data?: string
    readonly Templating?: { readonly Name?: string } | null
  }
}

/** See `Cluster.choose`. */
export async function chooseObject(client: EngineClient, object: SwarmObjectSpec, mark: string): Promise<Chosen> {
  const all = await stored(client, object.kind)
  const versioned = `${object.name.slice(0, longestName - mark.length - 1)}-${mark}`
  for (const name of [object.name, versioned]) {
    const found = all.find(({ Spec }) => Spec.Name === name)
    if (!found) return { name, verb: 'create' }
    if (await holds(client, found, object)) return { name, verb: 'keep' }
  }
  throw new Failure(
    'CONFLICT',
    `The ${object.kind} ${versioned} is there with another value. Remove it, or give the one of the stack another name.`,
  )
}

/** See `Cluster.makeObject`. */
export async function makeObject(
  client: EngineClient,
  { kind, data, labels, templateDriver }: SwarmObjectSpec,
  name: string,
): Promise<'created' | 'kept'> {
  const body = {
    Name: name,
    Labels: labels,
    Data: data,
    ...(templateDriver === null ? {} : { Templating: { Name: templateDriver } }),
  }
  try {
    await client.json({ method: 'POST', path: `/${kind}s/create`, body, lane: 'act' })
    return 'created'
  } catch (error) {
    if (error instanceof Failure && error.code === 'CONFLICT') return 'kept'
    throw error
  }
}

export function stored(client: EngineClient, kind: 'secret' | 'config'): Promise<readonly Stored[]> {
  return client.json<readonly Stored[]>({ path: `/${kind}s` })
}

async function holds(client: EngineClient, found: Stored, object: SwarmObjectSpec): Promise<boolean> {
  const { Spec: spec } = found
  if ((spec.Templating?.Name ?? null) !== object.templateDriver) return false
  if (object.kind === 'config') return Buffer.from(spec.Data ?? '', 'base64').equals(Buffer.from(object.data, 'base64'))
  const path = `/secrets/${encodeURIComponent(found.ID)}/update`
  const body = { Name: spec.Name, Labels: spec.Labels ?? {}, Data: object.data }
  try {
    // Only labels of a secret may change, and these do not: the manager refuses where the value is another one.
    await client.act({ path, query: { version: found.Version.Index }, body })
    return true
  } catch (error) {
    if (error instanceof Failure && /only updates to Labels are allowed/i.test(wordsOf(error))) return false
    throw error
  }
}

const wordsOf = ({ message, details }: Failure): string =>
  `${message} ${typeof details.words === 'string' ? details.words : ''}`
