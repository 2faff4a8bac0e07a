import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findEngine } from './find-engine.ts'

test('DOCKER_HOST wins, with the certificates beside it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wh-certs-'))
  writeFileSync(join(folder, 'ca.pem'), 'CA')
  const address = 'tcp://build:2376'
  expect(findEngine({ DOCKER_HOST: address, DOCKER_CERT_PATH: folder })).toEqual({
    address,
    tls: { ca: 'CA', cert: undefined, key: undefined },
  })
  expect(findEngine({ DOCKER_HOST: 'tcp://build:2375' })).toEqual({ address: 'tcp://build:2375', tls: null })
  expect(findEngine({ DOCKER_HOST: 'unix:///a.sock' })).toEqual({ address: 'unix:///a.sock', tls: null })
  expect(findEngine({ DOCKER_HOST: 'ssh://build' })).toBeNull()
  rmSync(folder, { recursive: true })
})
