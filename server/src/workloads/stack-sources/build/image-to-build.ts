import { createHmac } from 'node:crypto'
import { posix } from 'node:path'
import { Failure } from '@wheelhouse/contract'
import { isSecretKey } from '@wheelhouse/platform/log'
import type { ComposeBuild } from '../../stacks/index.ts'
import type { Repository } from '../git/repository.ts'

/** An image of a stack, found in its repository and ready to be built. */
export interface ImageToBuild {
  readonly build: ComposeBuild
  /** The same for the same content and the same words: what has it was built before. */
  readonly tag: string
  /** From the top of the repository. */
  readonly context: string
  /** What the context holds. */
  readonly tree: string
  /** Text of the `.dockerignore` of the context. */
  readonly ignored: string
  /** What people should know before it is built. */
  readonly told: readonly string[]
}

const refuse = (service: string, why: string): never => {
  throw new Failure('STACK_INVALID', `services.${service}.build: ${why}`, { service })
}

/** A name of a repository of images takes small letters, digits and single marks between them. */
const part = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'app'

/**
 * Finds what the image of a service is built from. `within` answers a path of the file from the top of the repository, null where it
 * leads out of it; `key` keeps the tag from telling anything of the build args. Throws STACK_INVALID with what to do.
 */
export async function imageToBuild(
  repository: Pick<Repository, 'tree' | 'read'>,
  stack: string,
  build: ComposeBuild,
  within: (path: string) => string | null,
  key: string,
): Promise<ImageToBuild> {
  const { service, unbuildable, network } = build
  if (unbuildable.length > 0)
    refuse(
      service,
      `${unbuildable.join(', ')} ${unbuildable.length === 1 ? 'is' : 'are'} not known to the builder of the engine. Build the image elsewhere, push it, and name it with image.`,
    )
  if (network !== null && network !== 'none' && network !== 'default')
    refuse(service, 'network: a build has the network of the engine, or none. Leave it out, or write none.')
  if (/^[a-z][a-z0-9+.-]*:|^git@|^github\.com\//i.test(build.context))
    refuse(service, 'context: it is built from the repository of the stack alone. Name a folder in it.')
  const context = within(build.context)
  if (context === null)
    return refuse(service, 'context: it leads out of the repository. Name a folder of the repository.')
  const shown = context === '.' ? 'the top of the repository' : `the folder ${context}`
  const tree = await repository.tree(context)
  if (tree === null)
    return refuse(service, `context: there is no folder ${context} in the repository. Name one that is there.`)
  const dockerfile = posix.normalize(build.dockerfile)
  if (build.inline === null) {
    if (posix.isAbsolute(dockerfile) || dockerfile === '..' || dockerfile.startsWith('../'))
      refuse(service, `dockerfile: ${build.dockerfile} is not in ${shown}. Move it there, or take a wider context.`)
    if ((await repository.read(posix.join(context, dockerfile))) === null)
      refuse(service, `dockerfile: there is no ${dockerfile} in ${shown}. Add it, or name the one that is there.`)
  }
  const ignored = (await repository.read(posix.join(context, '.dockerignore'))) ?? ''
  const { target, args, labels, inline } = build
  const made = [service, tree, inline ?? dockerfile, inline !== null, target, args, labels, network]
  const mark = createHmac('sha256', key).update(JSON.stringify(made)).digest('hex').slice(0, 16)
  const secrets = Object.keys(args).filter(isSecretKey)
  return {
    build: { ...build, dockerfile },
    tag: `wheelhouse/${part(stack)}/${part(service)}:${mark}`,
    context,
    tree,
    ignored,
    told: [
      ...(build.image === null ? [] : [`${service} is built, so ${build.image} is neither pulled nor made.`]),
      ...(secrets.length === 0
        ? []
        : [`Build args stay in the history of the image. Make sure that these are no secrets: ${secrets.join(', ')}.`]),
      ...(build.unused.length === 0
        ? []
        : [`services.${service}.build: ${build.unused.join(', ')} has no effect here.`]),
    ],
  }
}
