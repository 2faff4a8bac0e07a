import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { builtFolder, holds } from '../builder/app-folder.ts'
import type { Builder, BuildStep, Tool } from '../builder/builder.ts'
import { InnerPath, Version } from '../builder/option-forms.ts'
import { runSteps } from '../builder/run-steps.ts'

const FlutterOptions = z.strictObject({
  target: z.enum(['web', 'apk']).default('web').describe('what Flutter builds: web or apk'),
  dart: z
    .enum(['exe', 'js'])
    .nullable()
    .default(null)
    .describe('for plain Dart, without Flutter: exe for a program of this machine, js for JavaScript'),
  entry: InnerPath.default('bin/main.dart').describe('file that plain Dart compiles'),
  output: InnerPath.default('app').describe('name of what plain Dart compiles; js puts .js after it'),
  define: z
    .record(z.string().regex(/^[A-Za-z_]\w*$/, 'Use letters, digits and _.'), z.string())
    .default({})
    .describe('values compiled into the app; all who have the app can read them, so no secrets'),
  version: Version.nullable().default(null).describe('least version of Flutter, or of Dart for plain Dart'),
})
export type FlutterOptions = z.output<typeof FlutterOptions>

/** Plain Dart leaves one file; a folder of its own keeps the source out of the release. */
const dartFolder = 'build/dart'
const folders = { web: 'build/web', apk: 'build/app/outputs/flutter-apk' } as const
const folderOf = ({ dart, target }: FlutterOptions): string => (dart === null ? folders[target] : dartFolder)

const defines = ({ define }: FlutterOptions, flag: string): string[] =>
  Object.entries(define).map(([name, value]) => `${flag}${name}=${value}`)

function compile(options: FlutterOptions): BuildStep {
  if (options.dart === null) {
    const { target } = options
    return {
      title: `flutter build ${target}`,
      argv: ['flutter', '--no-version-check', 'build', target, '--release', ...defines(options, '--dart-define=')],
    }
  }
  const name = options.dart === 'js' ? `${options.output}.js` : options.output
  return {
    title: `dart compile ${options.dart}`,
    argv: ['dart', 'compile', options.dart, ...defines(options, '-D'), '-o', `${dartFolder}/${name}`, options.entry],
  }
}

function tool({ dart, version }: FlutterOptions): Tool {
  if (dart === null) {
    return {
      name: 'flutter',
      argv: ['flutter', '--no-version-check', '--version'],
      version: /Flutter (\d+\.\d+\.\d+)/,
      minimum: version,
      fix: 'Install Flutter and put its bin folder on the PATH: https://docs.flutter.dev/get-started/install.',
    }
  }
  return {
    name: 'dart',
    argv: ['dart', '--version'],
    version: /Dart SDK version: (\d+\.\d+\.\d+)/,
    minimum: version,
    fix: 'Install the Dart SDK and put its bin folder on the PATH: https://dart.dev/get-dart.',
  }
}

export const flutter: Builder<FlutterOptions> = {
  name: 'flutter',
  title: 'Flutter and Dart',
  schema: FlutterOptions,

  needs: (options) => ({
    tools: [tool(options)],
    phpExtensions: [],
    files: [
      { path: 'pubspec.yaml', fix: 'There is no pubspec.yaml here. Point path at the folder of the app.' },
      ...(options.dart === null
        ? []
        : [{ path: options.entry, fix: 'Name the file with main() in the option entry of the builder.' }]),
    ],
    diskBytes: options.dart === null ? 2_000_000_000 : 200_000_000,
  }),

  ignore: () => ['.git', '.dart_tool', 'build'],

  steps: (options) => [
    options.dart === null
      ? { title: 'flutter pub get', argv: ['flutter', '--no-version-check', 'pub', 'get'] }
      : { title: 'dart pub get', argv: ['dart', 'pub', 'get'] },
    compile(options),
  ],

  async build(options, context) {
    if (options.dart !== null) {
      await mkdir(dirname(join(context.directory, dartFolder, options.output)), { recursive: true })
    }
    const cache = { PUB_CACHE: join(context.cache, 'pub'), CI: 'true' }
    await runSteps(flutter.steps(options, context.environment), context, cache)
    return builtFolder(context, folderOf(options), [])
  },

  tests: () => [],
  release: () => [],
  detect: (directory) => holds(directory, 'pubspec.yaml'),
}
