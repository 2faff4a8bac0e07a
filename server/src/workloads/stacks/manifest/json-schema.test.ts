import { Ajv } from 'ajv'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { manifestJsonSchema } from './json-schema.ts'
import { Manifest } from './schema.ts'

const root = join(import.meta.dirname, '../../../../..')
// What an editor has: nothing of ours, only the document.
const accepts = new Ajv({ strict: true, strictTypes: false, strictRequired: false }).compile(
  JSON.parse(JSON.stringify(manifestJsonSchema())) as object,
)
const told = (text: string): string[] =>
  accepts(parse(text)) ? [] : accepts.errors!.map(({ instancePath, message }) => `${instancePath} ${message}`)

describe('the JSON Schema of wheelhouse.yaml', () => {
  it('accepts the example, with keys that start with x-', () => {
    const text = readFileSync(join(root, 'examples/hello/wheelhouse.yaml'), 'utf8')
    expect(text).toContain('x-wheelhouse')
    expect(told(text)).toEqual([])
  })

  it.each([
    ['restart: always'],
    ['restart: false'],
    ['restart: { policy: on-failure, delay: 1m30s, max_retries: "3" }'],
    ['restart: sometimes'],
    ['restart: { policy: always, delay: 5 }'],
    ['restart: { policy: always, wait: 5s }'],
    ['expose: 8080'],
    ['expose: "8080"'],
    ['expose: { port: 8080, proxy: caddy, hostnames: [a.test] }'],
    ['expose: { port: 8080, proxy: nginx }'],
    ['expose: { host: 127.0.0.1 }'],
    ['expose: 70000'],
    ['log: { max_size: 10MB, files: 3 }'],
    ['log: { max_size: 512 }'],
    ['log: { max_size: ten }'],
    ['stop: { signal: SIGTERM, timeout: 0 }'],
    ['stop: { signal: TERM }'],
    ['stop: { timeout: 10 }'],
    ['health: [{ http: "http://127.0.0.1/", interval: 5s }]'],
    ['health: [{ interval: 5s }]'],
    ['health: [{ http: "http://127.0.0.1/", tcp: 80 }]'],
    ['depends_on: { db: healthy }'],
    ['depends_on: { db: ready }'],
    ['depends: [db]'],
    ['replicas: two'],
  ])('decides as the reader does on a service with %s', (line) => {
    const text = `services:\n  api:\n    command: a\n    ${line}\n`
    expect(told(text).length === 0, told(text).join()).toBe(Manifest.safeParse(parse(text)).success)
  })

  it.each([
    ['gates: [{ service: api, http: "http://127.0.0.1:{port}/" }]'],
    ['gates: [{ servise: api, http: "http://127.0.0.1:{port}/" }]'],
    ['pipeline: { strategy: blue-green, watch: { for: 0 }, canary: { steps: [10, 50] }, timeouts: { build: 20m } }'],
    ['pipeline: { strategy: bluegreen }'],
    ['pipeline: { commands: [{ name: seed, after: start, run: [node, seed.mjs] }] }'],
    ['pipeline: { commands: [{ name: seed, run: [node, seed.mjs] }] }'],
    ['pipeline: { commands: [{ name: seed, before: start, after: build, run: x }] }'],
    ['apps: { web: { builder: node, test: false, timeout: 5m } }'],
    ['apps: { web: { path: web } }'],
    ['backup: { databases: [{ name: shop, engine: mysql }], to: { s3: { bucket: b } }, keep: { older_than: 30d } }'],
    ['backup: { databases: [{ name: shop, engine: oracle }] }'],
    ['requires: { memory: 512MB, tools: { php: "8.1" } }'],
    ['environments: { production: { promote_from: staging, approvals: [{ stage: switch, role: admin }] } }'],
    ['environments: { production: { approvals: [{ stage: switch, role: owner }] } }'],
    ['notifications: [{ channel: team, on: [failed] }]'],
    ['notifications: [{ channel: team, on: [] }]'],
    ['schedule: [{ name: nightly, cron: "0 3 * * *", do: backup }]'],
    ['schedule: [{ name: nightly, cron: "0 3 * * *", do: restart }]'],
    ['envrionments: {}'],
  ])('decides as the reader does on %s', (text) => {
    expect(told(text).length === 0, told(text).join()).toBe(Manifest.safeParse(parse(text)).success)
  })

  it('leaves what comes from a variable to the reader', () => {
    expect(told('services: { api: { command: a, replicas: "${COUNT}", strategy: "${HOW}" } }')).toEqual([])
  })
})
