import { Failure } from '@wheelhouse/contract'
import type { ContainerSpec, Progress, SignedIn, WorkloadSpec } from '@wheelhouse/driver'
import type { EngineClient } from '@wheelhouse/engine'
import { containerPath } from '../container-path.ts'
import { containerBody, endpoint } from './container-body.ts'
import { findImage } from './image-transfer.ts'
import { pullImage } from './pull.ts'

const asNobody: SignedIn = (_reference, act) => act(null)

/** Pulls by policy, creates, joins its networks and starts, or leaves it stopped. What was made is removed again when a later step fails. */
export async function createContainer(
  client: EngineClient,
  spec: WorkloadSpec,
  progress: Progress,
  signal: AbortSignal,
  { start = true, signedIn = asNobody }: { readonly start?: boolean; readonly signedIn?: SignedIn | undefined } = {},
): Promise<string> {
  if (spec.kind !== 'container') {
    throw new Failure('CAPABILITY_MISSING', `A Docker engine runs containers; ${spec.name} is a process.`)
  }
  await provideImage(client, spec, progress, signal, signedIn)
  signal.throwIfAborted()
  progress(`Creating ${spec.name}.`)
  const [version, labels] = await Promise.all([client.version(), labelsOf(client, spec)])
  const { Id: id, Warnings: warnings } = await client.json<{ Id: string; Warnings: string[] | null }>({
    method: 'POST',
    path: '/containers/create',
    query: { name: spec.name, platform: spec.platform },
    body: containerBody({ ...spec, labels }, version),
    lane: 'act',
    timeoutMs: null,
  })
  for (const warning of warnings ?? []) progress(`The engine warns: ${warning}`)
  try {
    const rest = spec.networkMode === null ? spec.networks.slice(1) : spec.networks
    for (const network of rest) {
      const body = { Container: id, EndpointConfig: endpoint(network) }
      await client.act({ path: `/networks/${encodeURIComponent(network.name)}/connect`, body })
    }
    signal.throwIfAborted()
    if (start) {
      progress(`Starting ${spec.name}.`)
      await client.act({ path: `${containerPath(id)}/start` })
      signal.throwIfAborted()
    }
  } catch (error) {
    await client
      .act({ method: 'DELETE', path: containerPath(id), query: { force: true, v: true } })
      .catch((left: unknown) => progress(`${spec.name} could not be removed again: ${String(left)}`))
    throw error
  }
  return id
}

const composeHash = 'com.docker.compose.config-hash'
const composeImage = 'com.docker.compose.image'

/** Compose makes a container anew unless a label says that it was made of the image that the name stands for now. */
async function labelsOf(client: EngineClient, { image, labels }: ContainerSpec): Promise<ContainerSpec['labels']> {
  if (!(composeHash in labels)) return labels
  const found = await findImage(client, image)
  return found === null ? labels : { ...labels, [composeImage]: found.id }
}

/** Has the image of a spec on the target, pulling by its policy. */
export async function provideImage(
  client: EngineClient,
  { image, pull }: Pick<ContainerSpec, 'image' | 'pull'>,
  progress: Progress,
  signal: AbortSignal,
  signedIn: SignedIn = asNobody,
): Promise<void> {
  if (pull !== 'always' && (await findImage(client, image, signal)) !== null) return
  if (pull === 'never') {
    throw new Failure(
      'TARGET_REFUSED',
      `The image ${image} is not on the target and its pull policy is never. Pull it there, or change the policy.`,
    )
  }
  const pulled = signedIn(image, (signIn) => pullImage(client, image, signIn, progress, signal))
  await pulled.catch((error: unknown) => {
    // "Not found" would read as if the target or the service did not exist.
    if (!(error instanceof Failure) || error.code !== 'NOT_FOUND') throw error
    throw new Failure('TARGET_REFUSED', `${image} was not pulled. ${error.message}`, error.details)
  })
}
