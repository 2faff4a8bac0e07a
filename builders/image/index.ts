import { randomBytes } from 'node:crypto'
import { isSecretKey } from '@wheelhouse/platform/log'
import { z } from 'zod'
import { filesAtTop } from '../builder/app-folder.ts'
import { BuildFailed, type Builder } from '../builder/builder.ts'
import { InnerPath } from '../builder/option-forms.ts'

const ImageOptions = z.strictObject({
  dockerfile: InnerPath.default('Dockerfile').describe('the Dockerfile in the app'),
  target: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('stage of the Dockerfile to stop at; the last unless told'),
  args: z
    .record(
      z.string().regex(/^[A-Za-z_]\w*$/, 'Use letters, digits and _.'),
      z.union([z.string(), z.number(), z.boolean()]).transform(String),
    )
    .default({})
    .describe(
      'values of ARG, besides the environment of the app; they stay in the history of the image, so no secrets',
    ),
  pull: z.boolean().default(false).describe('ask the registry for newer base images'),
  no_cache: z.boolean().default(false).describe('do every step anew'),
  network: z.string().min(1).nullable().default(null).describe('network of RUN steps, such as host or none'),
  cache_from: z.array(z.string().min(1)).max(20).default([]).describe('images whose layers may be used again'),
})
export type ImageOptions = z.output<typeof ImageOptions>

/** A repository's name takes small letters, digits and single marks between them. */
const part = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '') || 'app'

/** Each build has a tag of its own, so that none takes that of another which is under way. */
const tagOf = (stack: string, app: string): string =>
  `wheelhouse/${part(stack)}/${part(app)}:${randomBytes(6).toString('hex')}`

export const image: Builder<ImageOptions> = {
  name: 'image',
  title: 'Dockerfile',
  schema: ImageOptions,

  // The engine builds, wherever it is: preflight asks the target, not this machine.
  needs: ({ dockerfile }) => ({
    tools: [],
    phpExtensions: [],
    files: [
      { path: dockerfile, fix: `There is no ${dockerfile} here. Add it, or name another in the option dockerfile.` },
    ],
    diskBytes: 1_000_000_000,
  }),

  // The rest is said by .dockerignore, which only the image's context knows.
  ignore: () => ['.git'],
  steps: () => [],

  async build(options, context) {
    const refused = (why: string): BuildFailed => new BuildFailed('image build', null, '', `${context.app}: ${why}`)
    if (context.buildImage === null) {
      throw refused(
        'no target of this deployment has an engine that builds images. Add a Docker target, or another builder.',
      )
    }
    const secret = Object.keys(context.secrets)
    if (secret.length > 0) {
      throw refused(
        `the build asks for secrets (${secret.join(', ')}), and the engine's own builder can only pass them as build args, which stay in the history of the image. Take them out of "secrets" and give them to the service when it runs.`,
      )
    }
    const args = { ...context.environment, ...options.args }
    const named = Object.keys(args).filter(isSecretKey)
    if (named.length > 0) {
      context.log(
        'system',
        `Build args stay in the history of the image. Make sure that these are no secrets: ${named.join(', ')}.`,
      )
    }
    const tag = tagOf(context.stack, context.app)
    const built = await context.buildImage({
      context: context.directory,
      dockerfile: options.dockerfile,
      target: options.target,
      args,
      // Not the labels of a service: containers inherit those of their image.
      labels: { 'wheelhouse.build.stack': context.stack, 'wheelhouse.build.app': context.app },
      tag,
      pull: options.pull,
      noCache: options.no_cache,
      network: options.network,
      cacheFrom: options.cache_from,
    })
    return { kind: 'image', id: built.id, sizeBytes: built.sizeBytes, tag: built.tag ?? tag }
  },

  tests: () => [],
  release: () => [],
  detect: async (directory) => (await filesAtTop(directory)).includes('Dockerfile'),
}
