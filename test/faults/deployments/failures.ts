import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import type { Deployment, Strategy } from '@wheelhouse/contract'
import { expect } from 'vitest'
import { until } from '../control-plane.ts'
import { type Draft, type Part, patienceMs, type Stack } from './stack.ts'

/** One fault in one stage, and the end that is true of it. */
export interface Fault {
  readonly title: string
  readonly stage: string
  /** With rolling, where each service takes over as soon as it is ready. */
  readonly rolling?: string
  /** Asked with all of them; else with one, because the stage does the same with each. */
  readonly everywhere?: true
  /** A strategy with which it is no fault at all. */
  readonly without?: Strategy
  /** The one strategy with which it is a fault. */
  readonly only?: Strategy
  /** What is told that could not be undone. */
  readonly left?: RegExp
  readonly state: Deployment['state']
  /** What the error says. */
  readonly says: RegExp
  /** Name of the check that decided. */
  readonly check?: RegExp
  change(draft: Draft, stack: Stack): void
  /** While it runs. */
  meanwhile?(stack: Stack, run: () => Promise<Deployment>): Promise<void>
  after?(stack: Stack): void
}

export const command = (name: string, place: Part, run: readonly string[]): Part => ({ name, ...place, run })
export const s3 = (stack: Stack): Part => ({
  s3: { bucket: 'kept', endpoint: stack.puppetUrl('s3'), access_key: 'lab', secret_key: 'lab-secret' },
})

/** `api` becomes an app whose release has a migration: a stand-in of PHP runs the script. */
export function migrating(draft: Draft, stack: Stack, script: string): void {
  const tool = (name: string, version: string, rest: string): string => {
    stack.put(`tools/${name}`, `#!/bin/sh\ncase "$*" in *-version*) echo ${version};; *) ${rest};; esac\n`, 0o755)
    return stack.path(`tools/${name}`)
  }
  draft.apps.api = {
    path: 'api',
    builder: 'laravel',
    options: {
      php: tool('php', 'PHP 8.3.0', script),
      composer: tool('composer', 'Composer version 2.7.0', 'true'),
      php_extensions: [],
      cache: [],
      clear: false,
    },
  }
}

/** A command there waits until the test has done what it has to do at that moment. */
export function holdBefore(draft: Draft, stack: Stack, stage: string): void {
  draft.pipeline.commands.push(command('hold', { before: stage }, stack.wait('hold')))
}

export const stageIs = async (run: () => Promise<Deployment>, name: string): Promise<void> => {
  await until(
    async () => ((await run()).stages.find((one) => one.name === name)?.state === 'running' ? true : null),
    patienceMs,
  )
}

const held = new Map<Stack, Server>()

export const failures: readonly Fault[] = [
  {
    title: 'preflight: a tool is missing',
    stage: 'preflight',
    state: 'failed',
    says: /no-such-tool/,
    change: (draft) => (draft.requires = { tools: { 'no-such-tool': '1.0' } }),
  },
  {
    title: 'backup: the storage refuses',
    stage: 'backup',
    state: 'failed',
    says: /./,
    change(draft, stack) {
      stack.puppet('s3', 'fail')
      draft.backup.to = s3(stack)
    },
  },
  {
    title: 'backup: its folder cannot be made',
    stage: 'preflight',
    state: 'failed',
    says: /cannot be written/,
    change: (draft) => (draft.backup.to = 'values.env/backups'),
  },
  {
    title: 'config: a template names a value that is not there any more',
    stage: 'config',
    state: 'rolled-back',
    says: /NO_SUCH_VALUE/,
    change: (draft, stack) => holdBefore(draft, stack, 'config'),
    async meanwhile(stack) {
      await stack.hasBegun('hold')
      stack.put('templates/api.env', 'GREETING={{ NO_SUCH_VALUE }}\n')
      stack.turn('hold')
    },
    after: (stack) => stack.putTemplates(),
  },
  {
    title: 'config: something is in the way of a file',
    stage: 'config',
    state: 'rolled-back',
    says: /extra.env/,
    change(draft, stack) {
      draft.config.templates.push({ from: 'templates/web.env', to: 'extra.env' })
      holdBefore(draft, stack, 'config')
    },
    async meanwhile(stack) {
      await stack.hasBegun('hold')
      mkdirSync(stack.path('extra.env'))
      stack.turn('hold')
    },
    after: (stack) => stack.remove('extra.env'),
  },
  {
    title: 'build: a command of one app of two ends with 1',
    stage: 'build',
    state: 'rolled-back',
    says: /./,
    check: /false/,
    change: (draft) => (draft.apps.web!.options = { command: ['false'] }),
  },
  {
    title: 'test: a test fails',
    stage: 'test',
    state: 'rolled-back',
    says: /./,
    check: /sh -c/,
    change: (draft) => (draft.apps.api!.test = ['sh', '-c', 'echo one of two failed; exit 3']),
  },
  {
    title: 'release: a migration fails',
    stage: 'release',
    state: 'rolled-back',
    says: /migrate/,
    left: /A migration ran/,
    change: (draft, stack) => migrating(draft, stack, 'exit 4'),
  },
  {
    title: 'start: a service crashes that another waits for',
    stage: 'start',
    state: 'rolled-back',
    says: /api/,
    change: (_draft, stack) => stack.put('api/version.txt', 'broken'),
  },
  {
    title: 'start: a service never becomes healthy that another waits for',
    stage: 'start',
    state: 'rolled-back',
    says: /health/,
    change: (_draft, stack) => stack.put('api/version.txt', 'sick'),
  },
  {
    title: 'gates: a program that is not there',
    stage: 'gates',
    rolling: 'start',
    state: 'rolled-back',
    says: /worker/,
    change: (draft) => (draft.services.worker!.command = ['/no/such/program']),
  },
  {
    title: 'gates: the last service crashes',
    everywhere: true,
    stage: 'gates',
    rolling: 'start',
    state: 'rolled-back',
    says: /web/,
    change: (_draft, stack) => stack.put('web/version.txt', 'broken'),
  },
  {
    title: 'gates: a gate never passes',
    stage: 'gates',
    state: 'rolled-back',
    says: /503/,
    check: /http/,
    change(draft, stack) {
      stack.puppet('gate', 'fail')
    },
  },
  {
    title: 'switch: the port is taken by another program',
    everywhere: true,
    stage: 'switch',
    rolling: 'start',
    state: 'rolled-back',
    says: /./,
    change(draft, stack) {
      draft.services.web!.expose = stack.ports.web + 1
      holdBefore(draft, stack, 'stop')
    },
    async meanwhile(stack) {
      await stack.hasBegun('hold')
      held.set(stack, createServer().listen(stack.ports.web + 1, '127.0.0.1'))
      stack.turn('hold')
    },
    after: (stack) => held.get(stack)?.close(),
  },
  {
    title: 'verify: a check never passes',
    stage: 'verify',
    state: 'rolled-back',
    says: /503/,
    check: /http/,
    change: (_draft, stack) => stack.puppet('verify', 'fail'),
  },
  {
    title: 'watch: a service falls into a crash loop',
    everywhere: true,
    stage: 'watch',
    state: 'rolled-back',
    says: /after the switch/,
    check: /restarts|state|health/,
    change: (draft) => (draft.pipeline.watch = { for: '20s' }),
    async meanwhile(stack, run) {
      await stageIs(run, 'watch')
      stack.turn(`crash-${stack.version}`)
    },
  },
  {
    title: 'watch: most requests fail',
    stage: 'watch',
    state: 'rolled-back',
    says: /requests to .* failed/,
    check: /error rate/,
    change(draft) {
      draft.pipeline.watch = { for: '20s', least_requests: 5 }
    },
    async meanwhile(stack, run) {
      await stageIs(run, 'watch')
      for (let n = 0; n < 20; n++)
        await fetch(`http://127.0.0.1:${stack.ports.web}/broken`).then((response) => response.text())
    },
  },
  {
    title: 'a command before the switch ends with 1, and its undo runs',
    stage: 'own',
    state: 'rolled-back',
    says: /./,
    change(draft, stack) {
      draft.pipeline.commands.push(
        { ...command('tell', { before: 'start' }, ['true']), undo: ['touch', stack.path('switches/undone')] },
        command('own', { before: 'switch' }, ['false']),
      )
    },
    after: (stack) => expect(stack.has('switches/undone')).toBe(true),
  },
  {
    title: 'a command after the switch ends with 1',
    stage: 'own',
    state: 'rolled-back',
    says: /./,
    change: (draft) => void draft.pipeline.commands.push(command('own', { after: 'watch' }, ['false'])),
  },
]
