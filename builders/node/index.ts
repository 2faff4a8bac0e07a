import { z } from 'zod'
import { builtFolder, filesAtTop, holds } from '../builder/app-folder.ts'
import type { Builder, BuildStep } from '../builder/builder.ts'
import {
  installStep,
  nodeTools,
  packageCache,
  packageManager,
  packageManagers,
  pruneStep,
} from '../builder/node-packages.ts'
import { Globs, InnerPath, Version } from '../builder/option-forms.ts'
import { runSteps } from '../builder/run-steps.ts'

const Script = z.string().regex(/^[^-\s\0][^\s\0]*$/, 'Use the name of a script in package.json.')

const NodeOptions = z
  .strictObject({
    manager: z
      .enum(['auto', ...packageManagers])
      .default('auto')
      .describe('what installs the packages: npm, pnpm or yarn; auto goes by the lock file'),
    node_version: Version.default('18').describe('least version of Node.js'),
    script: Script.nullable().default(null).describe('script of package.json that builds; none unless told'),
    test: Script.nullable().default(null).describe('script of package.json that tests; needs prune: false'),
    prune: z.boolean().default(true).describe('leave out the packages that only development needs'),
    folder: InnerPath.default('.').describe('folder that is kept, such as dist; the app itself unless told'),
    exclude: Globs.default([]).describe('globs left out of what is kept, besides .git'),
  })
  .refine(({ test, prune }) => test === null || !prune, {
    path: ['test'],
    error: 'Tests need the packages for development. Set prune: false.',
  })
export type NodeOptions = z.output<typeof NodeOptions>

const script = (manager: string, name: string): BuildStep => ({
  title: `${manager} run ${name}`,
  argv: [manager, 'run', name],
})

export const node: Builder<NodeOptions> = {
  name: 'node',
  title: 'Node.js',
  schema: NodeOptions,

  needs: (options, files) => ({
    tools: nodeTools(packageManager(options.manager, files), options.node_version),
    phpExtensions: [],
    files: [{ path: 'package.json', fix: 'There is no package.json here. Point path at the folder of the app.' }],
    diskBytes: 500_000_000,
  }),

  ignore: () => ['.git', '**/node_modules'],

  // What a build needs is often among the packages for development, so they go only afterwards.
  steps(options, _environment, files) {
    const manager = packageManager(options.manager, files)
    if (options.script === null) return [installStep(manager, options.prune ? 'production' : 'all', files)]
    return [
      installStep(manager, 'all', files),
      script(manager, options.script),
      ...(options.prune ? [pruneStep(manager, files)] : []),
    ]
  },

  async build(options, context) {
    const steps = node.steps(options, context.environment, await filesAtTop(context.directory))
    await runSteps(steps, context, packageCache(context.cache))
    return builtFolder(context, options.folder, ['.git', ...options.exclude])
  },

  // Any manager's scripts run by npm as well, and it comes with Node.js.
  tests: (options) => (options.test === null ? [] : [script('npm', options.test)]),
  release: () => [],
  detect: (directory) => holds(directory, 'package.json'),
}
