import { expect, it } from 'vitest'
import { builderConformance } from '../builder/conformance.ts'
import { nuxt } from './index.ts'

builderConformance(nuxt, {
  options: [{ manager: 'pnpm' }, { manager: 'yarn', node_version: '22' }],
  app: { 'package.json': '{"dependencies":{"nuxt":"3"}}', 'package-lock.json': '{}', 'nuxt.config.ts': '' },
  other: { 'package.json': '{"dependencies":{"vue":"3"}}' },
  made: { '.output/server/index.mjs': '' },
})

const install = (files: string[]) => nuxt.steps(nuxt.schema.parse({}), {}, files)[0]?.argv.join(' ')

it('installs by the lock file that is there, packages for development too', () => {
  expect(install(['package.json', 'package-lock.json'])).toBe('npm ci --include=dev --no-audit --no-fund')
  expect(install(['package.json'])).toBe('npm install --include=dev --no-audit --no-fund')
  expect(install(['package.json', 'pnpm-lock.yaml'])).toBe('pnpm install --frozen-lockfile --prod=false')
  expect(install(['yarn.lock'])).toBe('yarn install --non-interactive --frozen-lockfile --production=false')
  expect(install(['yarn.lock', '.yarnrc.yml'])).toBe('yarn install --immutable')
})

it('builds with what was installed, and tells nobody', () => {
  expect(nuxt.steps(nuxt.schema.parse({}), {})[1]).toMatchObject({
    argv: ['npx', '--no-install', 'nuxt', 'build'],
    environment: { NUXT_TELEMETRY_DISABLED: '1' },
  })
  expect(nuxt.serve?.(nuxt.schema.parse({}))).toEqual(['env', 'PORT={port}', 'node', 'server/index.mjs'])
})
