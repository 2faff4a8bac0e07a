import type { ProcessSpec } from '@wheelhouse/driver'
import { describe, expect, it } from 'vitest'
import { readStack, type StackText } from '../read-stack.ts'

const read = (source: string, more: Partial<StackText> = {}) => readStack({ source, directory: '/srv/hello', ...more })
const told = (source: string, more?: Partial<StackText>) =>
  read(source, more).problems.map((one) => `${one.line} ${one.path}: ${one.message}`)

describe('wheelhouse.yaml', () => {
  it('takes durations in gates, the port of the instance in a tcp check, and knows the services of gates', () => {
    const source = (service: string) => `
name: shop
apps: { web: { builder: node } }
services:
  web: { app: web, command: [node, web.mjs], expose: 8080, health: [{ tcp: '127.0.0.1:{port}' }] }
gates: [{ service: ${service}, http: 'http://127.0.0.1:{port}/', timeout: 5s, interval: 1s }]
`
    const { rendered, manifest, problems } = read(source('web'), { apps: { web: '/srv/web' } })
    expect(problems).toEqual([])
    expect(manifest?.gates).toEqual([
      { service: 'web', http: 'http://127.0.0.1:{port}/', timeout: 5000, interval: 1000 },
    ])
    expect(rendered?.workloads[0]?.spec.checks[0]).toMatchObject({ kind: 'tcp', host: '127.0.0.1', port: 0 })
    expect(told(source('wed'), { apps: { web: '/srv/web' } })).toEqual([
      '6 gates[0].service: There is no service "wed". It has web. Did you mean web?',
    ])
  })

  it('becomes process specs', () => {
    const { rendered, problems, format } = read(
      `
x-wheelhouse: { title: Hello }
name: hello
services:
  db: { command: "./db --port \${PORT:-1}" }
  api:
    command: [node, api.mjs, 1]
    directory: ./api
    environment: { PORT: "8802", VERSION: 1.10, TOKEN: "\${TOKEN}" }
    ports: [8802, "\${PORT}"]
    restart: { policy: on-failure, delay: 2s, max_delay: 30s, max_retries: 10 }
    stop: { signal: SIGINT, timeout: 5s }
    log: { max_size: 1MB, files: 1 }
    health:
      - { http: "http://127.0.0.1:8802/health", interval: 5s, timeout: 2s, retries: 3, start_period: 2s, expect_status: 200 }
      - tcp: 127.0.0.1:8802
      - tcp: 8803
      - websocket: ws://127.0.0.1:1/
      - { command: test -f "a b", name: file }
    depends_on: { db: healthy }
    x-note: free
`,
      { variables: { PORT: '8803', TOKEN: 't' } },
    )
    expect(problems).toEqual([])
    expect(format).toBe('wheelhouse')
    const [db, api] = rendered!.workloads
    expect(db!.spec).toMatchObject({
      name: 'hello-db',
      argv: ['./db', '--port', '8803'],
      directory: '/srv/hello',
      restart: { policy: 'always', delayMs: 1000, maxDelayMs: 60_000, maxRetries: null },
      stop: { signal: 'SIGTERM', timeoutMs: 10_000 },
      log: { maxBytes: 10_485_760, files: 3 },
    })
    expect(api!.dependsOn).toEqual([{ service: 'db', condition: 'healthy' }])
    const spec = api!.spec as ProcessSpec
    expect(spec).toMatchObject({
      name: 'hello-api',
      argv: ['node', 'api.mjs', '1'],
      directory: '/srv/hello/api',
      environment: { PORT: '8802', VERSION: '1.10', TOKEN: 't' },
      ports: [8802, 8803],
      restart: { policy: 'on-failure', delayMs: 2000, maxDelayMs: 30_000, maxRetries: 10 },
      stop: { signal: 'SIGINT', timeoutMs: 5000 },
      log: { maxBytes: 1_048_576, files: 1 },
    })
    expect(spec.checks).toEqual([
      {
        kind: 'http',
        name: 'http',
        url: 'http://127.0.0.1:8802/health',
        expectStatus: 200,
        intervalMs: 5000,
        timeoutMs: 2000,
        retries: 3,
        startPeriodMs: 2000,
      },
      expect.objectContaining({ kind: 'tcp', name: 'tcp-2', host: '127.0.0.1', port: 8802, intervalMs: 10_000 }),
      expect.objectContaining({ kind: 'tcp', host: '127.0.0.1', port: 8803 }),
      expect.objectContaining({ kind: 'websocket', url: 'ws://127.0.0.1:1/' }),
      expect.objectContaining({ kind: 'command', name: 'file', argv: ['test', '-f', 'a b'] }),
    ])
  })

  it('tells everything that is wrong, where it is, with what was meant', () => {
    const source = `name: hello
services:
  api:
    comand: node
    command: node
    restart_polcy: no
    restart: alway
    stop: { signal: TERM, timeout: 10 }
    log: { max_size: big }
    ports: [0, web]
    health:
      - { htp: x }
      - { http: x, tcp: 1 }
    depends_on: { db: up }
`
    const lines = told(source)
    expect(lines).toEqual([
      '4 services.api.comand: unknown key comand. Did you mean command?',
      '6 services.api.restart_polcy: unknown key restart_polcy. Did you mean restart?',
      '7 services.api.restart.policy: This must be one of no, always, on-failure, unless-stopped.',
      '8 services.api.stop.signal: Use a signal name such as SIGTERM.',
      '8 services.api.stop.timeout: A duration needs its unit, such as 10s, 1m30s or 500ms.',
      '9 services.api.log.max_size: "big" is not a size. Write it like 10MB, 512k or 1GB.',
      '10 services.api.ports[0]: This must be 1 or more.',
      '10 services.api.ports[1]: This must be a number.',
      '12 services.api.health[0]: A health check is one of http, tcp, websocket, command, database or queue.',
      '12 services.api.health[0].htp: unknown key htp. Did you mean http?',
      '13 services.api.health[1]: A health check is one of http, tcp, websocket, command, database or queue.',
      '14 services.api.depends_on.db: This must be one of started, healthy, completed.',
    ])
  })

  it('checks what only makes sense together', () => {
    const one = (lines: string) =>
      told(`name: a\nservices:\n  api:\n    command: node\n${lines.replace(/^/gm, '    ')}`).join('\n')
    expect(one('depends_on: [apo]')).toContain('Did you mean api?')
    expect(one('depends_on: [api]')).toContain('in a loop')
    expect(one('health: [{ http: "ftp://x" }]')).toContain('not a http:// or https:// URL')
    expect(one('health: [{ tcp: "x" }]')).toContain('not host:port')
    expect(one('health: [{ tcp: 1, interval: 1ms }]')).toContain('500ms or more')
    expect(told('name: a\nservices: { api: { command: "" } }').join()).toContain('empty')
    expect(told('name: a\nservices: { api: {} }').join()).toContain('has no command')
    expect(told('name: a').join()).toContain('no services to run')
    expect(told('name: a\nservices: { api: { command: x } }', { directory: undefined }).join()).toContain(
      'relative path',
    )
    expect(told('name: a\nservices: { api: { command: x } }', { directory: 'srv' }).join()).toContain(
      'must start with /',
    )
    expect(told('name: "a b"\nservices: { api: { command: x } }').join()).toContain('no stack name')
    expect(one('env_file: missing.env')).toContain('was not sent along')
  })
})
