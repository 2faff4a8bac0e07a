import { cpSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { run } from '@wheelhouse/platform/exec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../test/needs.ts'
import { BuildFailed, createStepRunner, runStep, type StepRunnerOptions } from '../builder/index.ts'
import { laravel } from './index.ts'

// The framework's own code is not needed to see that the builder drives composer and artisan: this artisan keeps its
// migrations in SQLite as Laravel does, and says what Laravel says.
const artisan = String.raw`<?php
require __DIR__.'/vendor/autoload.php';
$db = new PDO('sqlite:'.getenv('DB_DATABASE'));
$db->setAttribute(PDO::ATTR_ERRMODE, PDO::ERRMODE_EXCEPTION);
$db->exec('create table if not exists migrations (name text primary key)');
$command = $argv[1];
if ($command === 'migrate') {
    if (!in_array('--force', $argv)) exit(4);
    $done = $db->query('select name from migrations')->fetchAll(PDO::FETCH_COLUMN);
    $left = array_filter(glob(__DIR__.'/database/migrations/*.sql'), fn ($file) => !in_array(basename($file), $done));
    if (!$left) echo "\n   INFO  Nothing to migrate.  \n\n";
    foreach ($left as $file) {
        $db->exec(file_get_contents($file));
        $db->prepare('insert into migrations values (?)')->execute([basename($file)]);
        echo '  '.basename($file)." ........ DONE\n";
    }
} elseif ($command === 'cache:clear') {
    $db->exec('delete from cache');
} elseif ($command === 'config:cache') {
    file_put_contents(__DIR__.'/bootstrap/cache/config.php', '<?php return '.var_export(['root' => __DIR__, 'hello' => Lab\Greeter\hello()], true).';');
} else {
    echo "ran $command\n";
}
`

const composerJson = {
  name: 'lab/shop',
  repositories: [{ 'packagist.org': false }, { type: 'path', url: 'packages/*' }],
  require: { 'lab/greeter': '*' },
  'require-dev': { 'lab/checker': '*' },
  autoload: { 'psr-4': { 'App\\': 'app/' } },
}
const files: Record<string, string> = {
  artisan,
  'composer.json': JSON.stringify(composerJson),
  'app/Shop.php': '<?php namespace App; class Shop {}',
  'bootstrap/cache/.gitignore': '*',
  'database/migrations/1_cache.sql': 'create table cache (name text)',
  'packages/greeter/composer.json': JSON.stringify({
    name: 'lab/greeter',
    version: '1.0.0',
    autoload: { files: ['hello.php'] },
  }),
  'packages/greeter/hello.php': "<?php namespace Lab\\Greeter; function hello() { return 'hello'; }",
  'packages/checker/composer.json': JSON.stringify({ name: 'lab/checker', version: '1.0.0' }),
}

suite('laravel with the real php and composer', ['php'], () => {
  const top = mkdtempSync(join(tmpdir(), 'wh-laravel-'))
  const source = join(top, 'source')
  const release = join(top, 'release')
  const said: string[] = []
  const options = laravel.schema.parse({ php: where('php') })
  const given = (directory: string): StepRunnerOptions => ({
    directory,
    environment: { DB_DATABASE: join(top, 'shop.sqlite') },
    secrets: {},
    signal: new AbortController().signal,
    log: (_stream, text) => said.push(text),
  })
  const context = (directory: string) => ({
    ...given(directory),
    cache: join(top, 'cache'),
    app: 'shop',
    stack: 'shop',
    run: createStepRunner(given(directory)),
    buildImage: null,
  })
  const releaseOnce = async (): Promise<boolean[]> => {
    const outcomes: boolean[] = []
    for (const step of laravel.release(options)) outcomes.push((await runStep(step, given(release))).migrated)
    return outcomes
  }

  beforeAll(() => {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(source, name)), { recursive: true })
      writeFileSync(join(source, name), text)
    }
  })
  afterAll(() => rmSync(top, { recursive: true }))

  test('what it needs is found here, by the same names', async () => {
    const needs = laravel.needs(options)
    for (const tool of needs.tools) {
      const { stdout, stderr } = await run(tool.argv)
      expect(tool.version.exec(stdout + stderr)?.[1], tool.name).toMatch(/^\d+\.\d+\.\d+$/)
    }
    const { stdout } = await run([where('php'), '-m'])
    expect(stdout.split('\n')).toEqual(expect.arrayContaining([...needs.phpExtensions]))
  })

  test('composer installs for production, packages by path as copies', async () => {
    const built = await laravel.build(options, context(source))
    expect(built).toMatchObject({ kind: 'directory', directory: source })
    expect(lstatSync(join(source, 'vendor/lab/greeter')).isSymbolicLink()).toBe(false)
    expect(() => lstatSync(join(source, 'vendor/lab/checker'))).toThrow('ENOENT')
    expect(readFileSync(join(source, 'vendor/composer/autoload_classmap.php'), 'utf8')).toContain('App\\\\Shop')
    expect(said.join('\n')).toContain('Generating optimized autoload files')
  })

  test('a release migrates once, says so, and makes its caches where it lies', async () => {
    cpSync(source, release, { recursive: true })
    rmSync(source, { recursive: true })
    expect(await releaseOnce()).toEqual([true, false, false, false, false, false])
    expect(await releaseOnce()).toEqual([false, false, false, false, false, false])
    const cached = readFileSync(join(release, 'bootstrap/cache/config.php'), 'utf8')
    expect(cached).toContain(release)
    expect(cached).toContain('hello')
    expect(said).toContain('ran event:cache')
  })

  test('a migration that fails ends the release with its words', async () => {
    writeFileSync(join(release, 'database/migrations/2_broken.sql'), 'create tabel x')
    const error = await releaseOnce().catch((error: unknown) => error)
    expect(error).toBeInstanceOf(BuildFailed)
    expect(error).toMatchObject({
      step: 'artisan migrate',
      exitCode: 255,
      output: expect.stringContaining('syntax error'),
    })
  })

  test('composer says what it cannot find', async () => {
    cpSync(join(release, 'packages'), join(source, 'packages'), { recursive: true })
    const asked = { ...composerJson, require: { 'lab/nowhere': '*' } }
    writeFileSync(join(source, 'composer.json'), JSON.stringify(asked))
    const error = await laravel.build(options, context(source)).catch((error: unknown) => error)
    expect(error).toMatchObject({ step: 'composer install', output: expect.stringContaining('lab/nowhere') })
  })
})
