import type { SwarmServiceDraft } from '@wheelhouse/contract'
import type { ServiceSpec } from '@wheelhouse/driver'
import { describe, expect, test } from 'vitest'
import { createText } from './create-text.ts'
import { beyondForm, draftOfSpec } from './draft-of-spec.ts'
import { differences } from './plans.ts'
import { Names, specOfDraft } from './spec-of-draft.ts'
import { stackText } from './stack-text.ts'

const stored = (ID: string, Name: string) => ({ ID, CreatedAt: '', UpdatedAt: '', Spec: { Name } })
const names = new Names({
  networks: [{ Id: 'net1', Name: 'front' }],
  secrets: [stored('sec1', 'db-password-v2')],
  configs: [stored('con1', 'nginx.conf')],
})
const whole: SwarmServiceDraft = {
  name: 'web',
  image: 'registry.test/web:1',
  mode: { kind: 'replicated', replicas: 3 },
  command: ['nginx'],
  arguments: ['-g', 'daemon off;'],
  environment: { MODE: 'one', EMPTY: '' },
  labels: { team: 'red' },
  containerLabels: { tier: 'edge' },
  ports: [
    { port: 80, published: 8080 },
    { port: 53, protocol: 'udp', mode: 'host' },
  ],
  endpointMode: 'dnsrr',
  networks: [{ name: 'front', aliases: ['www'] }],
  mounts: [
    { type: 'volume', source: 'data', destination: '/data' },
    { type: 'bind', source: '/srv', destination: '/srv', readOnly: true },
    { type: 'tmpfs', destination: '/tmp' },
  ],
  secrets: [{ name: 'db-password-v2', file: 'db-password', mode: 0o400 }],
  configs: [{ name: 'nginx.conf', file: '/etc/nginx/nginx.conf', uid: '101' }],
  healthCheck: { test: ['CMD', 'true'], intervalMs: 5000, timeoutMs: 1000, startPeriodMs: 2000, retries: 3 },
  limits: { cpus: 1.5, memoryBytes: 536_870_912, pids: 100 },
  reservations: { cpus: 0.25, memoryBytes: 268_435_456 },
  constraints: ['node.labels.disk == ssd'],
  spread: ['node.labels.zone'],
  maxPerNode: 2,
  restart: { condition: 'any', delayMs: 5000, maxAttempts: 0, windowMs: 0 },
  update: {
    parallelism: 2,
    delayMs: 10_000,
    monitorMs: 5000,
    maxFailureRatio: 0.1,
    onFailure: 'rollback',
    order: 'start-first',
  },
  rollback: { parallelism: 0, delayMs: 0, onFailure: 'pause', order: 'stop-first' },
  user: '1000',
  workingDirectory: '/app',
  hostname: '{{.Node.Hostname}}',
  init: true,
  readOnly: true,
  tty: true,
  capAdd: ['CAP_NET_ADMIN'],
  capDrop: ['ALL'],
  stopSignal: 'SIGQUIT',
  stopGraceMs: 30_000,
  logDriver: { name: 'json-file', options: { 'max-size': '10m' } },
}

describe('a form of a Swarm service', () => {
  test('goes to a spec and back with nothing lost', () => {
    const spec = specOfDraft(whole, null, names)
    expect(draftOfSpec(spec, names)).toEqual(whole)
    expect(beyondForm(spec, draftOfSpec(spec, names), names)).toEqual([])
    const global: SwarmServiceDraft = { name: 'agent', image: 'agent:1', mode: { kind: 'global' }, labels: { a: 'b' } }
    expect(draftOfSpec(specOfDraft(global, null, names), names)).toEqual(global)
    const job: SwarmServiceDraft = { ...global, mode: { kind: 'replicated-job', completions: 4, concurrent: 2 } }
    expect(draftOfSpec(specOfDraft(job, null, names), names)).toEqual(job)
  })

  test('is what the engine wants: nanoseconds, billionths, ids', () => {
    expect(specOfDraft(whole, null, names)).toMatchObject({
      Name: 'web',
      Mode: { Replicated: { Replicas: 3 } },
      UpdateConfig: { Parallelism: 2, Delay: 1e10, FailureAction: 'rollback', Order: 'start-first' },
      EndpointSpec: {
        Mode: 'dnsrr',
        Ports: [
          { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' },
          { Protocol: 'udp', TargetPort: 53, PublishMode: 'host' },
        ],
      },
      TaskTemplate: {
        Networks: [{ Target: 'net1', Aliases: ['www'] }],
        Resources: { Limits: { NanoCPUs: 1.5e9, Pids: 100 }, Reservations: { NanoCPUs: 2.5e8 } },
        ContainerSpec: {
          Env: ['MODE=one', 'EMPTY='],
          StopGracePeriod: 3e10,
          Secrets: [
            { SecretID: 'sec1', SecretName: 'db-password-v2', File: { Name: 'db-password', UID: '0', Mode: 0o400 } },
          ],
          Configs: [{ ConfigID: 'con1', File: { Name: '/etc/nginx/nginx.conf', UID: '101', Mode: 0o444 } }],
        },
      },
    })
  })

  test('an edit keeps what the form does not show, and says what that is', () => {
    const spec = specOfDraft(whole, null, names)
    const template = spec.TaskTemplate
    const richer: ServiceSpec = {
      ...spec,
      Labels: { ...spec.Labels, 'wheelhouse.update-resumed': '2' },
      TaskTemplate: {
        ...template,
        ForceUpdate: 4,
        // As the engine's own command leaves it.
        LogDriver: { Name: '', Options: {} },
        ContainerSpec: {
          ...template.ContainerSpec,
          Image: `registry.test/web:1@sha256:${'a'.repeat(64)}`,
          Sysctls: { 'net.core.somaxconn': '1024' },
          Privileges: { NoNewPrivileges: true },
          Mounts: [
            { Type: 'bind', Source: '/srv', Target: '/srv', ReadOnly: true, BindOptions: { Propagation: 'rslave' } },
          ],
        },
        Placement: { ...template.Placement, Platforms: [{ OS: 'linux', Architecture: 'amd64' }] },
      },
    }
    const draft = draftOfSpec(richer, names)
    expect(draft.labels).toEqual({ team: 'red' })
    expect(draft.image).toBe('registry.test/web:1')
    expect(beyondForm(richer, draft, names).sort()).toEqual([
      'TaskTemplate.ContainerSpec.Mounts.0.BindOptions',
      'TaskTemplate.ContainerSpec.Privileges',
      'TaskTemplate.ContainerSpec.Sysctls',
    ])
    const edited = specOfDraft({ ...draft, user: '2000' }, richer, names)
    expect(edited.TaskTemplate).toMatchObject({
      ForceUpdate: 4,
      ContainerSpec: {
        User: '2000',
        Sysctls: { 'net.core.somaxconn': '1024' },
        Privileges: { NoNewPrivileges: true },
        Mounts: [{ BindOptions: { Propagation: 'rslave' } }],
      },
      Placement: { Platforms: [{ OS: 'linux', Architecture: 'amd64' }] },
    })
    expect(edited.Labels).toEqual({ team: 'red' })
    // Another image may be made for other machines.
    expect(specOfDraft({ ...draft, image: 'other:1' }, richer, names).TaskTemplate.Placement?.Platforms).toBeUndefined()
  })

  test('secret values are kept, not shown: neither in the form, nor in the texts, nor in a difference', () => {
    const secret = specOfDraft(
      {
        ...whole,
        environment: { API_TOKEN: 'very-secret-1', DATABASE_URL: 'postgres://a:very-secret-2@db/x', MODE: 'a' },
      },
      null,
      names,
    )
    const draft = draftOfSpec(secret, names)
    expect(draft.environment).toEqual({ API_TOKEN: null, DATABASE_URL: null, MODE: 'a' })
    expect(specOfDraft(draft, secret, names).TaskTemplate.ContainerSpec?.Env).toEqual(
      secret.TaskTemplate.ContainerSpec?.Env,
    )
    expect(() => specOfDraft(draft, null, names)).toThrow('API_TOKEN has no value to keep')
    const kept = new Set(['API_TOKEN', 'DATABASE_URL'])
    const changed = specOfDraft(
      { ...draft, environment: { ...draft.environment, API_TOKEN: 'very-secret-3', MODE: 'b' } },
      secret,
      names,
    )
    const lines = differences(secret, changed, names)
    expect(lines).toEqual(['environment.API_TOKEN: another secret', 'environment.MODE: a → b'])
    const texts = [stackText(secret, kept, names), createText(secret, kept, names), lines.join()]
    expect(texts.join()).not.toContain('very-secret')
  })

  test('names that the Swarm does not have are refused, each in its field', () => {
    for (const field of ['networks', 'secrets', 'configs'] as const) {
      const draft: SwarmServiceDraft = { ...whole, [field]: [{ name: 'none' }] }
      expect(() => specOfDraft(draft, null, names)).toThrow(`draft.${field}: the Swarm has no`)
    }
  })

  test('the texts make the same service', () => {
    const spec = specOfDraft(whole, null, names)
    const command = createText(spec, new Set(), names).replaceAll(' \\\n ', '')
    expect(command).toMatch(/^docker service create --name web --replicas 3 /)
    for (const words of [
      '--env EMPTY=',
      '--publish published=8080,target=80',
      '--publish target=53,protocol=udp,mode=host',
      '--network name=front,alias=www',
      '--mount type=bind,source=/srv,target=/srv,readonly',
      '--secret source=db-password-v2,target=db-password,mode=0400',
      '--config source=nginx.conf,target=/etc/nginx/nginx.conf,uid=101',
      '--limit-memory 512m',
      '--reserve-cpu 0.25',
      '--update-order start-first',
      '--rollback-parallelism 0',
      '--cap-drop ALL',
      "registry.test/web:1 -g 'daemon off;'",
    ])
      expect(command).toContain(words)
    const text = stackText(spec, new Set(), names)
    for (const line of [
      'max_replicas_per_node: 2',
      'failure_action: rollback',
      'endpoint_mode: dnsrr',
      'external: true',
    ])
      expect(text).toContain(line)
  })
})
