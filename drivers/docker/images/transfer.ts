import { Failure } from '@wheelhouse/contract'
import type { LayerReport, RegistrySignIn } from '@wheelhouse/driver'
import { type EngineClient, jsonLines, registryAuth, toldInside } from '@wheelhouse/engine'
import { imagePath, splitReference } from './image-path.ts'

/** One line of the answer of a pull or a push. */
export interface TransferLine {
  readonly id?: string
  readonly status?: string
  readonly error?: string
  readonly errorDetail?: { readonly message?: string }
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
  readonly aux?: { readonly Digest?: string }
}

/** Pulls an image and answers its id. Leaving the request cancels the pull, so an abort leaves nothing behind. */
export async function pullLayers(
  client: EngineClient,
  reference: string,
  signIn: RegistrySignIn | null,
  report: LayerReport,
  signal: AbortSignal,
  platform?: string,
): Promise<string> {
  const { name, tag } = splitReference(reference)
  await transfer(
    client,
    {
      path: '/images/create',
      query: { fromImage: name, tag, platform },
      headers: registryAuth(signIn),
    },
    (words) => toldInside(`${reference} was not pulled.`, words),
    report,
    signal,
  )
  const { Id } = await client.json<{ Id: string }>({ path: `${imagePath(reference)}/json`, signal })
  return Id
}

/** Pushes what stands under a name and answers the digest that the registry has of it now. */
export function pushLayers(
  client: EngineClient,
  reference: string,
  signIn: RegistrySignIn | null,
  report: LayerReport,
  signal: AbortSignal,
): Promise<string | null> {
  const { name, tag } = splitReference(reference)
  return transfer(
    client,
    { path: `${imagePath(name)}/push`, query: { tag }, headers: registryAuth(signIn) },
    (words) => toldInside(`${reference} was not pushed.`, words),
    report,
    signal,
  )
}

interface Asked {
  readonly path: string
  readonly query: Readonly<Record<string, string | undefined>>
  readonly headers: Readonly<Record<string, string>>
}

async function transfer(
  client: EngineClient,
  asked: Asked,
  failed: (words: string) => Failure,
  report: LayerReport,
  signal: AbortSignal,
): Promise<string | null> {
  const body = await client.stream({ method: 'POST', ...asked, signal }).catch((error: unknown) => {
    // "Not found" would read as if the target were not there: it is the registry that has no such image.
    if (!(error instanceof Failure) || (error.code !== 'NOT_FOUND' && error.code !== 'TARGET_REFUSED')) throw error
    throw failed(typeof error.details.words === 'string' ? error.details.words : error.message)
  })
  let digest: string | null = null
  try {
    for await (const line of jsonLines<TransferLine>(body)) {
      // The answer began with status 200: a failure comes inside.
      const words = line.errorDetail?.message ?? line.error
      if (words !== undefined) throw failed(words)
      digest = line.aux?.Digest ?? digest
      const progress = layerOf(line)
      if (progress) report(progress)
    }
  } catch (error) {
    throw client.broken(error, signal)
  } finally {
    body.destroy()
  }
  return digest
}

/** What a line says of one layer; null for lines about the whole, whose `id` is the tag or absent. */
export function layerOf({ id, status = '', progressDetail }: TransferLine): Parameters<LayerReport>[0] | null {
  if (id === undefined || !/^[0-9a-f]{12}$/.test(id)) return null
  const { current = 0, total = 0 } = progressDetail ?? {}
  return { layer: id, status, current, total: total > 0 ? total : null }
}
