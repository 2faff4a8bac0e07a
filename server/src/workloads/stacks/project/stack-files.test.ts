import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { BuiltApps } from './project.ts'
import { readProject } from './read-project.ts'

let root = ''
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'wh-stack-files-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), text)
  }
}
const nothing: BuiltApps = { folders: {}, images: {}, serve: {} }
const parts = { values: () => Promise.reject(new Error('there is no config')) }
const read = (folder = 'shop') => readProject({ directory: join(root, folder) }, parts)
const messages = async () => (await read()).problems.map((problem) => problem.message).join('\n')

describe('a Compose project of a folder', () => {
  it('is read with all of its files, also those that only other files name', async () => {
    write({
      'shop/compose.yaml': 'include: [parts/db.yaml]\nservices: { web: { image: "web:${TAG}", env_file: web.env } }',
      'shop/compose.override.yaml': 'services: { web: { user: app } }',
      'shop/.env': 'TAG=7',
      'shop/web.env': 'A=1',
      'shop/parts/db.yaml': 'services: { db: { extends: { file: base.yaml, service: base }, env_file: db.env } }',
      'shop/parts/base.yaml': 'services: { base: { image: base } }',
      'shop/parts/db.env': 'B=2',
    })
    const project = await read()
    expect(project.problems).toEqual([])
    expect(project.render(nothing).containers?.workloads.map(({ spec }) => spec)).toMatchObject([
      { service: 'web', image: 'web:7', user: 'app', environment: { A: '1' } },
      { service: 'db', image: 'base', environment: { B: '2' } },
    ])
  })

  it('reads nothing outside of its folder, by path or by link, and does not say whether it is there', async () => {
    write({ 'secret.env': 'SECRET=hunter2', 'other.yaml': 'services: { x: { image: hunter2 } }' })
    for (const [name, there] of [
      ['../secret.env', true],
      ['../none.env', false],
      [join(root, 'secret.env'), true],
      ['/none/at/all.env', false],
    ] as const) {
      write({ 'shop/compose.yaml': `services: { web: { image: x, env_file: "${name}" } }` })
      const told = await messages()
      expect(told, `${name} ${there}`).toContain('is outside of the folder of the stack')
      expect(told).not.toContain('hunter2')
    }
    symlinkSync(join(root, 'secret.env'), join(root, 'shop/link.env'))
    symlinkSync(join(root, 'other.yaml'), join(root, 'shop/link.yaml'))
    for (const line of [
      'services: { web: { image: x, env_file: link.env } }',
      'include: [link.yaml]\nservices: { web: { image: x } }',
      'services: { web: { extends: { file: link.yaml, service: x } } }',
      'include: [{ path: in.yaml, env_file: link.env }]',
    ]) {
      write({ 'shop/compose.yaml': line, 'shop/in.yaml': 'services: { a: { image: "a${SECRET}" } }' })
      const told = await messages()
      expect(told, line).toContain('is outside of the folder of the stack')
      expect(told).not.toContain('hunter2')
    }
  })

  it('takes the image of an app for a service of an included file', async () => {
    write({
      'shop/wheelhouse.yaml': `name: shop
compose: { file: compose.yaml, services: { api: { app: api } } }
apps: { api: { path: ., builder: image } }
`,
      'shop/compose.yaml': 'include: [api.yaml]',
      'shop/api.yaml': 'services: { api: { build: ., pull_policy: build } }',
    })
    const project = await read()
    expect(project.problems.filter((problem) => problem.severity === 'error')).toEqual([])
    const { containers } = project.render({ ...nothing, images: { api: 'shop/api:1' } })
    expect(containers?.workloads[0]!.spec).toMatchObject({ image: 'shop/api:1', pull: 'never' })
  })
})
