import { join } from 'node:path'
import type { BuildStep, Tool } from './builder.ts'

export const packageManagers = ['npm', 'pnpm', 'yarn'] as const
export type PackageManager = (typeof packageManagers)[number]

const locks: Readonly<Record<PackageManager, readonly string[]>> = {
  npm: ['package-lock.json', 'npm-shrinkwrap.json'],
  pnpm: ['pnpm-lock.yaml'],
  yarn: ['yarn.lock'],
}
/** Where nobody looked, the app is taken for a tidy one of npm. */
const usual = ['package.json', 'package-lock.json']

/** What installs packages, by the lock file that is there; npm where there is none. */
export function packageManager(wanted: PackageManager | 'auto', files: readonly string[] = usual): PackageManager {
  if (wanted !== 'auto') return wanted
  return packageManagers.find((manager) => locks[manager].some((lock) => files.includes(lock))) ?? 'npm'
}

/** Installs exactly what the lock file says, or what package.json allows where there is none. */
export function installStep(
  manager: PackageManager,
  packages: 'all' | 'production',
  files: readonly string[] = [...usual, ...locks[manager]],
): BuildStep {
  const locked = locks[manager].some((lock) => files.includes(lock))
  const production = packages === 'production'
  const argv = installArgv[manager](locked, production, files.includes('.yarnrc.yml'))
  return { title: `${argv[0]} ${argv[1]}`, argv }
}

// NODE_ENV=production in the environment would leave out what builds: each says what it wants.
const installArgv: Readonly<
  Record<PackageManager, (locked: boolean, production: boolean, modern: boolean) => [string, ...string[]]>
> = {
  npm: (locked, production) => [
    'npm',
    locked ? 'ci' : 'install',
    production ? '--omit=dev' : '--include=dev',
    '--no-audit',
    '--no-fund',
  ],
  pnpm: (locked, production) => [
    'pnpm',
    'install',
    locked ? '--frozen-lockfile' : '--no-frozen-lockfile',
    production ? '--prod' : '--prod=false',
  ],
  yarn: (locked, production, modern) => {
    if (modern) return production ? ['yarn', 'workspaces', 'focus', '--production'] : immutable(locked)
    return [
      'yarn',
      'install',
      '--non-interactive',
      ...(locked ? ['--frozen-lockfile'] : []),
      `--production=${production}`,
    ]
  },
}
const immutable = (locked: boolean): [string, ...string[]] => ['yarn', 'install', ...(locked ? ['--immutable'] : [])]

/** Takes out again what only development needs. */
export function pruneStep(manager: PackageManager, files: readonly string[] = usual): BuildStep {
  if (manager === 'npm') return { title: 'npm prune', argv: ['npm', 'prune', '--omit=dev', '--no-audit', '--no-fund'] }
  if (manager === 'pnpm') return { title: 'pnpm prune', argv: ['pnpm', 'prune', '--prod'] }
  const { argv } = installStep('yarn', 'production', files)
  return { title: 'yarn prune', argv }
}

/** Where each keeps what it has fetched, so that the next build of the app need not fetch it again. */
export function packageCache(cache: string): Record<string, string> {
  return {
    npm_config_cache: join(cache, 'npm'),
    npm_config_store_dir: join(cache, 'pnpm'),
    YARN_CACHE_FOLDER: join(cache, 'yarn'),
    npm_config_update_notifier: 'false',
  }
}

export function nodeTools(manager: PackageManager, minimum: string): Tool[] {
  const node: Tool = {
    name: 'node',
    argv: ['node', '--version'],
    version: /v(\d+\.\d+\.\d+)/,
    minimum,
    fix: `Install Node.js ${minimum} or newer: https://nodejs.org, or the package nodejs of your system.`,
  }
  const fixes: Readonly<Record<PackageManager, string>> = {
    npm: 'Install npm. It comes with Node.js; Debian has it as the package npm.',
    pnpm: 'Install pnpm: npm install --global pnpm, or corepack enable pnpm.',
    yarn: 'Install Yarn: npm install --global yarn, or corepack enable yarn.',
  }
  const own: Tool = {
    name: manager,
    argv: [manager, '--version'],
    version: /^v?(\d+\.\d+\.\d+)/m,
    minimum: null,
    fix: fixes[manager],
  }
  return [node, own]
}
