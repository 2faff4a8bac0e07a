import { join } from 'node:path'
import { z } from 'zod'
import { builtFolder, holds } from '../builder/app-folder.ts'
import type { Builder, BuildStep } from '../builder/builder.ts'
import { packageCache } from '../builder/node-packages.ts'
import { extraSteps, ExtraSteps, Globs, Program, Version } from '../builder/option-forms.ts'
import { runSteps } from '../builder/run-steps.ts'

/** What Laravel's documentation asks for, as `php -m` spells it. */
const documented = [
  'ctype',
  'curl',
  'dom',
  'fileinfo',
  'filter',
  'hash',
  'mbstring',
  'openssl',
  'pcre',
  'PDO',
  'session',
  'tokenizer',
  'xml',
]
const caches = ['config', 'route', 'view', 'event'] as const

const LaravelOptions = z.strictObject({
  php: Program.default('php').describe('the PHP that runs artisan'),
  php_version: Version.default('8.0').describe('least version of PHP'),
  php_extensions: z.array(z.string().min(1)).max(100).default(documented).describe('extensions PHP must have'),
  composer: Program.default('composer').describe('Composer; a path that ends with .phar is run by `php`'),
  dev: z.boolean().default(false).describe('install packages for development too, and run `artisan test` as the test'),
  steps: ExtraSteps.default([]).describe('further steps of the build, such as npm ci and npm run build'),
  migrate: z.boolean().default(true).describe('run the migrations in each release'),
  clear: z.boolean().default(true).describe('empty the cache of the app before its services start'),
  cache: z
    .array(z.enum(caches))
    .default([...caches])
    .describe('what artisan makes anew for each release: config, route, view, event'),
  storage_link: z.boolean().default(false).describe('link public/storage to storage/app/public'),
  release_steps: ExtraSteps.default([]).describe('further steps of each release, after all others'),
  exclude: Globs.default([]).describe('globs left out of what is kept, besides .git and node_modules'),
})
export type LaravelOptions = z.output<typeof LaravelOptions>

const composer = ({ php, composer }: LaravelOptions): [string, ...string[]] =>
  composer.endsWith('.phar') ? [php, composer] : [composer]

const artisan = ({ php }: LaravelOptions, ...words: string[]): BuildStep => ({
  title: `artisan ${words[0]}`,
  argv: [php, 'artisan', ...words, '--no-interaction'],
})

export const laravel: Builder<LaravelOptions> = {
  name: 'laravel',
  title: 'Laravel',
  schema: LaravelOptions,

  needs: (options) => ({
    tools: [
      {
        name: 'php',
        argv: [options.php, '--version'],
        version: /PHP (\d+\.\d+\.\d+)/,
        minimum: options.php_version,
        fix: `Install PHP ${options.php_version} or newer with its command line: the package php-cli on Debian.`,
      },
      {
        name: 'composer',
        argv: [...composer(options), '--version', '--no-ansi'],
        version: /Composer (?:version )?(\d+\.\d+\.\d+)/,
        minimum: '2.0',
        fix: 'Install Composer 2: https://getcomposer.org, or the package composer on Debian.',
      },
    ],
    phpExtensions: options.php_extensions,
    files: [
      { path: 'artisan', fix: 'There is no artisan here. Point path at the folder of the Laravel app.' },
      { path: 'composer.json', fix: 'There is no composer.json here. Point path at the folder of the Laravel app.' },
    ],
    diskBytes: 500_000_000,
  }),

  ignore: () => ['.git', 'vendor', 'node_modules', 'bootstrap/cache/*.php', 'public/storage', 'storage/logs/*.log'],

  steps: (options) => [
    {
      title: 'composer install',
      argv: [
        ...composer(options),
        'install',
        '--no-interaction',
        ...(options.dev ? [] : ['--no-dev']),
        '--optimize-autoloader',
        '--prefer-dist',
        '--no-progress',
      ],
      // Packages by path are copied: a link would lead out of the release. The app's scripts run as the user that we are.
      environment: { COMPOSER_MIRROR_PATH_REPOS: '1', COMPOSER_ALLOW_SUPERUSER: '1' },
    },
    ...extraSteps(options.steps),
  ],

  async build(options, context) {
    const steps = laravel.steps(options, context.environment)
    const caches = { ...packageCache(context.cache), COMPOSER_CACHE_DIR: join(context.cache, 'composer') }
    await runSteps(steps, context, caches)
    return builtFolder(context, '.', ['.git', 'node_modules', ...options.exclude])
  },

  tests: (options) => (options.dev ? [artisan(options, 'test')] : []),

  // The cache may be a table, which the migrations of a first release make.
  release: (options) => [
    ...(options.migrate
      ? [{ ...artisan(options, 'migrate', '--force'), migrates: { nothingDone: /Nothing to migrate/i } }]
      : []),
    ...(options.clear ? [artisan(options, 'cache:clear')] : []),
    ...(options.storage_link ? [artisan(options, 'storage:link', '--force')] : []),
    ...caches.filter((name) => options.cache.includes(name)).map((name) => artisan(options, `${name}:cache`)),
    ...extraSteps(options.release_steps),
  ],

  detect: (directory) => holds(directory, 'artisan', 'composer.json'),
}
