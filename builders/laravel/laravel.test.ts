import { expect, it } from 'vitest'
import { builderConformance } from '../builder/conformance.ts'
import { laravel } from './index.ts'

builderConformance(laravel, {
  options: [
    { php: 'php8.2', composer: 'tools/composer.phar', dev: true, cache: [], clear: false, storage_link: true },
    { migrate: false, steps: [{ command: 'npm ci', directory: 'web' }], release_steps: [{ command: ['php', 'x y'] }] },
  ],
  app: { artisan: '', 'composer.json': '{}', 'bootstrap/app.php': '', 'public/index.php': '' },
  other: { 'composer.json': '{}' },
  made: { 'vendor/autoload.php': '', 'web/index.html': '' },
})

const words = (options: object) => {
  const read = laravel.schema.parse(options)
  return {
    build: laravel.steps(read, {}).map(({ argv }) => argv.join(' ')),
    release: laravel.release(read).map(({ argv }) => argv.join(' ')),
  }
}

it('installs for production, migrates, and makes the caches anew', () => {
  expect(words({})).toEqual({
    build: ['composer install --no-interaction --no-dev --optimize-autoloader --prefer-dist --no-progress'],
    release: [
      'php artisan migrate --force --no-interaction',
      'php artisan cache:clear --no-interaction',
      'php artisan config:cache --no-interaction',
      'php artisan route:cache --no-interaction',
      'php artisan view:cache --no-interaction',
      'php artisan event:cache --no-interaction',
    ],
  })
})

it('does as its options say', () => {
  const options = {
    php: '/opt/php/bin/php',
    composer: 'composer.phar',
    dev: true,
    steps: [{ title: 'assets', command: 'npm run build' }],
    cache: ['view', 'config'],
    clear: false,
    storage_link: true,
    release_steps: [{ command: ['php', 'artisan', 'queue:restart'] }],
  }
  expect(words(options)).toEqual({
    build: [
      '/opt/php/bin/php composer.phar install --no-interaction --optimize-autoloader --prefer-dist --no-progress',
      'npm run build',
    ],
    release: [
      '/opt/php/bin/php artisan migrate --force --no-interaction',
      '/opt/php/bin/php artisan storage:link --force --no-interaction',
      '/opt/php/bin/php artisan config:cache --no-interaction',
      '/opt/php/bin/php artisan view:cache --no-interaction',
      'php artisan queue:restart',
    ],
  })
  expect(laravel.tests(laravel.schema.parse(options))).toMatchObject([{ title: 'artisan test' }])
})

it('says of the migration, and of no other step, that it changes a database', () => {
  const steps = laravel.release(laravel.schema.parse({}))
  expect(steps.filter((step) => step.migrates).map(({ title }) => title)).toEqual(['artisan migrate'])
  expect(steps[0]?.migrates?.nothingDone.test('   INFO  Nothing to migrate.  ')).toBe(true)
})

it('refuses a command that only a shell could read', () => {
  const read = laravel.schema.safeParse({ steps: [{ command: 'npm ci && npm run build' }] })
  expect(read.error?.issues[0]?.message).toContain('No shell runs this')
})
