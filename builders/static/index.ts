import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { builtFolder, filesAtTop, holds } from '../builder/app-folder.ts'
import type { Builder } from '../builder/builder.ts'
import { packageCache } from '../builder/node-packages.ts'
import { Command, Globs, InnerPath } from '../builder/option-forms.ts'
import { runSteps } from '../builder/run-steps.ts'

const StaticOptions = z.strictObject({
  command: Command.nullable()
    .default(null)
    .describe('command that makes the pages, such as [npx, vite, build]; none unless told'),
  folder: InnerPath.default('.').describe('folder with the pages, such as public or dist'),
  spa: z.boolean().default(false).describe('answer unknown pages with index.html, for apps that route in the browser'),
  exclude: Globs.default([]).describe('globs left out of what is kept, besides .git and node_modules'),
})
export type StaticOptions = z.output<typeof StaticOptions>

/** The server lies in each release, so that going back brings back the one that served it. What begins with a dot is not served. */
const home = '.wheelhouse'
const server = `${home}/serve.mjs`

export const staticFiles: Builder<StaticOptions> = {
  name: 'static',
  title: 'Static files',
  schema: StaticOptions,

  needs: ({ command }) => ({
    tools: [
      {
        name: 'node',
        argv: ['node', '--version'],
        version: /v(\d+\.\d+\.\d+)/,
        minimum: '18',
        fix: 'Install Node.js 18 or newer, which serves the files: https://nodejs.org, or the package nodejs of your system.',
      },
      ...(command === null || command[0].includes('/')
        ? []
        : [
            {
              name: command[0],
              // Looked for, not run: not every program knows --version, and one of the app's own might begin to build.
              argv: ['sh', '-c', 'command -v -- "$1"', 'sh', command[0]] as const,
              version: /(\S+)/,
              minimum: null,
              fix: `Install ${command[0]} and put its folder on the PATH, or correct the option command.`,
            },
          ]),
    ],
    phpExtensions: [],
    files: [],
    diskBytes: 200_000_000,
  }),

  ignore: () => ['.git', '**/node_modules', home],

  steps: ({ command }) => (command === null ? [] : [{ title: command.join(' '), argv: command }]),

  async build(options, context) {
    await runSteps(staticFiles.steps(options, context.environment), context, packageCache(context.cache))
    const built = await builtFolder(context, options.folder, ['.git', '**/node_modules', ...options.exclude])
    await mkdir(join(built.directory, home), { recursive: true })
    await copyFile(fileURLToPath(new URL('./serve.mjs', import.meta.url)), join(built.directory, server))
    return built
  },

  tests: () => [],
  release: () => [],

  async detect(directory) {
    if (await holds(directory, 'index.html')) return true
    const files = await filesAtTop(directory)
    const pages = await Promise.all(['public', 'dist'].map((folder) => holds(directory, join(folder, 'index.html'))))
    return pages.some(Boolean) && !files.some((name) => ['package.json', 'composer.json'].includes(name))
  },

  serve: ({ spa }) => ['node', server, '--port', '{port}', ...(spa ? ['--spa'] : [])],
}
