import { expect, it } from 'vitest'
import { builderConformance } from '../builder/conformance.ts'
import { flutter } from './index.ts'

builderConformance(flutter, {
  options: [
    { target: 'apk', version: '3.22' },
    { dart: 'exe' },
    { dart: 'js', entry: 'web/main.dart', define: { A: 'b c' } },
  ],
  app: { 'pubspec.yaml': 'name: relay', 'bin/main.dart': '' },
  other: { 'package.json': '{}' },
  made: {
    'build/web/index.html': '',
    'build/app/outputs/flutter-apk/app-release.apk': '',
    'build/dart/app': '',
  },
})

const words = (options: object) => flutter.steps(flutter.schema.parse(options), {}).map(({ argv }) => argv.join(' '))

it('builds for the web or for Android', () => {
  expect(words({ define: { API: 'https://api' } })).toEqual([
    'flutter --no-version-check pub get',
    'flutter --no-version-check build web --release --dart-define=API=https://api',
  ])
  expect(words({ target: 'apk' })[1]).toBe('flutter --no-version-check build apk --release')
})

it('compiles plain Dart without Flutter', () => {
  expect(words({ dart: 'exe', output: 'relay', entry: 'bin/relay.dart', define: { A: '1' } })).toEqual([
    'dart pub get',
    'dart compile exe -DA=1 -o build/dart/relay bin/relay.dart',
  ])
  expect(words({ dart: 'js' })[1]).toBe('dart compile js -o build/dart/app.js bin/main.dart')
  expect(flutter.needs(flutter.schema.parse({ dart: 'js' })).tools).toMatchObject([{ name: 'dart' }])
})

it.for([
  ['Flutter 3.22.1 • channel stable • https://github.com/flutter/flutter.git', '3.22.1', {}],
  ['Dart SDK version: 3.4.1 (stable) (Tue May 21 2024) on "linux_x64"', '3.4.1', { dart: 'exe' }],
] as const)('reads the version of %s', ([line, version, options]) => {
  const [tool] = flutter.needs(flutter.schema.parse(options)).tools
  expect(tool?.version.exec(line)?.[1]).toBe(version)
})
