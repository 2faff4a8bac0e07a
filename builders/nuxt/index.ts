import { z } from 'zod'
import { builtFolder, filesAtTop, namedPackages } from '../builder/app-folder.ts'
import type { Builder } from '../builder/builder.ts'
import { installStep, nodeTools, packageCache, packageManager, packageManagers } from '../builder/node-packages.ts'
import { Version } from '../builder/option-forms.ts'
import { runSteps } from '../builder/run-steps.ts'

const NuxtOptions = z.strictObject({
  manager: z
    .enum(['auto', ...packageManagers])
    .default('auto')
    .describe('what installs the packages: npm, pnpm or yarn; auto goes by the lock file'),
  node_version: Version.default('20').describe('least version of Node.js'),
})
export type NuxtOptions = z.output<typeof NuxtOptions>

const output = '.output'

export const nuxt: Builder<NuxtOptions> = {
  name: 'nuxt',
  title: 'Nuxt',
  schema: NuxtOptions,

  needs: (options, files) => ({
    tools: nodeTools(packageManager(options.manager, files), options.node_version),
    phpExtensions: [],
    files: [{ path: 'package.json', fix: 'There is no package.json here. Point path at the folder of the Nuxt app.' }],
    diskBytes: 1_000_000_000,
  }),

  ignore: () => ['.git', '**/node_modules', '.nuxt', output, '.data', 'dist'],

  steps: (options, _environment, files) => [
    installStep(packageManager(options.manager, files), 'all', files),
    {
      title: 'nuxt build',
      argv: ['npx', '--no-install', 'nuxt', 'build'],
      environment: { NUXT_TELEMETRY_DISABLED: '1' },
    },
  ],

  async build(options, context) {
    const steps = nuxt.steps(options, context.environment, await filesAtTop(context.directory))
    await runSteps(steps, context, packageCache(context.cache))
    return builtFolder(context, output, [])
  },

  tests: () => [],
  release: () => [],

  async detect(directory) {
    const files = await filesAtTop(directory)
    return (
      files.some((name) => /^nuxt\.config\.[cm]?[jt]s$/.test(name)) || (await namedPackages(directory)).includes('nuxt')
    )
  },

  // Its server takes the port from the environment alone.
  serve: () => ['env', 'PORT={port}', 'node', 'server/index.mjs'],
}
