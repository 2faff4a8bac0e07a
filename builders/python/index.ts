import { join } from 'node:path'
import { z } from 'zod'
import { builtFolder, filesAtTop } from '../builder/app-folder.ts'
import type { Builder, BuildStep, Tool } from '../builder/builder.ts'
import { Globs, InnerPath, Program, Version } from '../builder/option-forms.ts'
import { runSteps } from '../builder/run-steps.ts'
import { makeEntriesMovable } from './movable-entries.ts'

const PythonOptions = z.strictObject({
  tool: z.enum(['venv', 'uv']).default('venv').describe('what makes the environment: venv of Python itself, or uv'),
  python: Program.default('python3').describe(
    'the Python the environment is made from, for uv also a version; it stays needed to run the app',
  ),
  python_version: Version.default('3.9').describe('least version of Python, for venv'),
  venv: InnerPath.default('.venv').describe('folder of the environment in the app'),
  requirements: z
    .array(InnerPath)
    .nullable()
    .default(null)
    .describe('files with requirements; requirements.txt where it is there unless told'),
  project: z
    .boolean()
    .nullable()
    .default(null)
    .describe('install the app itself by its pyproject.toml; where there are no requirements unless told'),
  exclude: Globs.default([]).describe('globs left out of what is kept, besides .git'),
})
export type PythonOptions = z.output<typeof PythonOptions>

interface Sources {
  readonly requirements: readonly string[]
  readonly project: boolean
  /** uv installs by its own lock file alone. */
  readonly locked: boolean
}

function sources(options: PythonOptions, files: readonly string[] = ['requirements.txt']): Sources {
  const requirements = options.requirements ?? (files.includes('requirements.txt') ? ['requirements.txt'] : [])
  const project = options.project ?? (requirements.length === 0 && files.includes('pyproject.toml'))
  const locked = options.tool === 'uv' && options.requirements === null && files.includes('uv.lock')
  return { requirements, project, locked }
}

/** argv of an install, but for what is installed. */
function installer({ tool, venv }: PythonOptions): [string, ...string[]] {
  const python = `${venv}/bin/python`
  return tool === 'uv'
    ? ['uv', 'pip', 'install', '--python', python]
    : [`./${python}`, '-m', 'pip', 'install', '--no-input', '--disable-pip-version-check']
}

function environmentStep({ tool, python, venv }: PythonOptions): BuildStep {
  return tool === 'uv'
    ? { title: 'uv venv', argv: ['uv', 'venv', '--relocatable', '--python', python, venv] }
    : // Copies, not links: the environment is found by where its interpreter lies, also after a move.
      { title: 'python -m venv', argv: [python, '-m', 'venv', '--copies', venv] }
}

/** It looks for the Python by itself. */
const uv: Tool = {
  name: 'uv',
  argv: ['uv', '--version'],
  version: /uv (\d+\.\d+\.\d+)/,
  minimum: '0.3',
  fix: 'Install uv: https://docs.astral.sh/uv, or set tool: venv.',
}

const ownTools = ({ python, python_version: minimum }: PythonOptions): Tool[] => [
  {
    name: 'python',
    argv: [python, '--version'],
    version: /Python (\d+\.\d+\.\d+)/,
    minimum,
    fix: `Install Python ${minimum} or newer: the packages python3 and python3-venv on Debian.`,
  },
  {
    name: 'venv',
    // Debian has venv without what puts pip into it.
    argv: [python, '-c', 'import venv, ensurepip; print("pip", ensurepip.version())'],
    version: /pip (\d+\.\d+(?:\.\d+)?)/,
    minimum: null,
    fix: 'Install the venv module of Python: the package python3-venv on Debian.',
  },
]

export const python: Builder<PythonOptions> = {
  name: 'python',
  title: 'Python',
  schema: PythonOptions,

  needs: (options, files) => ({
    tools: options.tool === 'uv' ? [uv] : ownTools(options),
    phpExtensions: [],
    files: [
      ...sources(options, files).requirements.map((path) => ({
        path,
        fix: `There is no ${path} here. Add it, or name others in the option requirements; [] for none.`,
      })),
      ...(options.project === true
        ? [{ path: 'pyproject.toml', fix: 'There is no pyproject.toml here. Add it, or set project: false.' }]
        : []),
    ],
    diskBytes: 500_000_000,
  }),

  ignore: ({ venv }) => ['.git', venv, '**/__pycache__'],

  steps(options, _environment, files) {
    const { requirements, project, locked } = sources(options, files)
    if (locked) {
      const argv = ['uv', 'sync', '--frozen', '--no-dev', '--no-editable'] as const
      return [
        environmentStep(options),
        { title: 'uv sync', argv, environment: { UV_PROJECT_ENVIRONMENT: options.venv } },
      ]
    }
    const install = installer(options)
    return [
      environmentStep(options),
      ...requirements.map((file): BuildStep => ({ title: `pip install -r ${file}`, argv: [...install, '-r', file] })),
      ...(project ? [{ title: 'pip install .', argv: [...install, '.'] } satisfies BuildStep] : []),
    ]
  },

  async build(options, context) {
    const steps = python.steps(options, context.environment, await filesAtTop(context.directory))
    const caches = { PIP_CACHE_DIR: join(context.cache, 'pip'), UV_CACHE_DIR: join(context.cache, 'uv') }
    await runSteps(steps, context, caches)
    await makeEntriesMovable(join(context.directory, options.venv, 'bin'))
    return builtFolder(context, '.', ['.git', ...options.exclude])
  },

  tests: () => [],
  release: () => [],

  async detect(directory) {
    const files = await filesAtTop(directory)
    return ['requirements.txt', 'pyproject.toml', 'uv.lock', 'setup.py'].some((name) => files.includes(name))
  },
}
