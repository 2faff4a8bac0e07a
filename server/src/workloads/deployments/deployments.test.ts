import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Deployment, deploymentEnded } from '@wheelhouse/contract'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../../../test/fixtures/free-port.ts'
import { openTestHouse, type TestHouse } from '../../../../test/fixtures/house.ts'

let house: TestHouse
const folders: string[] = []

beforeAll(async () => {
  house = await openTestHouse()
})
afterAll(async () => {
  await house?.close()
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A small stack in a folder: one app that answers its version, exposed on a port. */
function project(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'wh-deploy-'))
  folders.push(folder)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

const answering = (version: string): string => `
import { createServer } from 'node:http'
createServer((request, response) => response.end(${JSON.stringify(version)})).listen(Number(process.env.PORT), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
`

const manifest = (port: number, strategy: string): string => `
name: shop-${port}
apps:
  web:
    path: web
    builder: static
services:
  web:
    app: web
    command: [node, main.mjs]
    expose: ${port}
    health: [{ http: 'http://127.0.0.1:{port}/', interval: 500ms }]
pipeline:
  strategy: ${strategy}
  watch: { for: 1s }
verify: [{ http: 'http://127.0.0.1:${port}/' }]
`

async function ended(id: string): Promise<Deployment> {
  for (;;) {
    const deployment = await house.admin.deployments.get({ id })
    if (deploymentEnded(deployment.state)) return deployment
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

const told = async (deployment: Deployment): Promise<string> =>
  JSON.stringify(
    [deployment.outcome, deployment.stages.map((stage) => [stage.name, stage.state, stage.message])],
    null,
    1,
  )

describe('a deployment of processes', () => {
  for (const strategy of ['recreate', 'rolling', 'blue-green', 'canary']) {
    test(`${strategy}: brings a release, replaces it, and returns to it`, { timeout: 120_000 }, async () => {
      const port = await freePort()
      const directory = project({
        'wheelhouse.yaml': manifest(port, strategy).replace('watch:', 'canary: { steps: [50], pause: 1s }\n  watch:'),
        'web/main.mjs': answering('one'),
      })
      const read = async (): Promise<string> => (await fetch(`http://127.0.0.1:${port}/`)).text()

      const first = await ended((await house.admin.deployments.start({ directory })).id)
      expect(first.state, await told(first)).toBe('succeeded')
      expect(await read()).toBe('one')

      writeFileSync(join(directory, 'web/main.mjs'), answering('two'))
      const second = await ended((await house.admin.deployments.start({ directory })).id)
      expect(second.state, await told(second)).toBe('succeeded')
      expect(await read()).toBe('two')

      writeFileSync(join(directory, 'web/main.mjs'), 'process.exit(3)')
      const third = await ended((await house.admin.deployments.start({ directory })).id)
      expect(third.state, await told(third)).toBe('rolled-back')
      expect(await read()).toBe('two')
      expect(third.outcome?.running.join()).toContain('release 2')

      const back = await ended((await house.admin.deployments.rollback({ stack: first.stack })).id)
      expect(back.state, await told(back)).toBe('succeeded')
      expect(await read()).toBe('one')
      expect(readFileSync(join(directory, 'web/main.mjs'), 'utf8')).toBe('process.exit(3)')
    })
  }
})
