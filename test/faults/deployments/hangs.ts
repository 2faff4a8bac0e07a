import { command, type Fault, holdBefore, migrating, s3 } from './failures.ts'

const forever = ['sleep', '300']
const late = (stage: string): RegExp => new RegExp(`${stage} did not finish within`)

/** Every stage that can hang, past its timeout. What lock, config and report do is bounded, and channels are told in the background. */
export const hangs: readonly Fault[] = [
  {
    title: 'preflight: a registry does not answer',
    stage: 'preflight',
    state: 'failed',
    says: /no answer/,
    change: (draft, stack) => (draft.requires = { registries: [stack.mute()] }),
  },
  {
    title: 'backup: the storage does not answer',
    stage: 'backup',
    state: 'failed',
    says: late('backup'),
    change(draft, stack) {
      stack.puppet('s3', 'hold')
      draft.backup.to = s3(stack)
      draft.pipeline.timeouts.backup = '1s'
    },
  },
  {
    title: 'build: a command sleeps',
    stage: 'build',
    state: 'rolled-back',
    says: late('build'),
    change(draft) {
      draft.apps.web!.options = { command: forever }
      draft.pipeline.timeouts.build = '1s'
    },
  },
  {
    title: 'test: a test sleeps',
    stage: 'test',
    state: 'rolled-back',
    says: late('test'),
    change(draft) {
      draft.apps.web!.test = forever
      draft.pipeline.timeouts.test = '1s'
    },
  },
  {
    title: 'release: a migration sleeps',
    left: /A migration ran/,
    stage: 'release',
    state: 'rolled-back',
    says: late('release'),
    change(draft, stack) {
      migrating(draft, stack, 'sleep 300')
      draft.pipeline.timeouts.release = '1s'
    },
  },
  {
    title: 'start: a service waits for another that never completes',
    stage: 'start',
    state: 'rolled-back',
    says: late('start'),
    change(draft) {
      draft.services.web!.depends_on = { worker: 'completed' }
      draft.pipeline.timeouts.start = '3s'
    },
  },
  {
    title: 'stop: an old one ends only when it is killed',
    // Only there an old one stops before the new is there.
    only: 'recreate',
    stage: 'stop',
    state: 'rolled-back',
    says: late('stop'),
    change(draft, stack) {
      draft.pipeline.timeouts.stop = '3s'
      holdBefore(draft, stack, 'stop')
    },
    async meanwhile(stack) {
      await stack.hasBegun('hold')
      stack.turn('stubborn')
      stack.turn('hold')
    },
  },
  {
    title: 'gates: a gate does not answer',
    stage: 'gates',
    state: 'rolled-back',
    says: late('gates'),
    change(draft, stack) {
      stack.puppet('gate', 'hold')
      draft.pipeline.timeouts.gates = '5s'
    },
  },
  {
    title: 'switch: a request at the old one takes long',
    everywhere: true,
    // There the old one has stopped long before.
    without: 'recreate',
    stage: 'switch',
    rolling: 'start',
    state: 'rolled-back',
    says: late('(switch|start)'),
    change(draft, stack) {
      draft.pipeline.drain = '60s'
      draft.pipeline.timeouts.switch = '3s'
      if (stack.strategy === 'rolling') draft.pipeline.timeouts.start = '12s'
      holdBefore(draft, stack, 'stop')
    },
    async meanwhile(stack) {
      await stack.hasBegun('hold')
      fetch(`http://127.0.0.1:${stack.ports.api}/slow/20000`).catch(() => undefined)
      await stack.hasBegun('slow')
      stack.turn('hold')
    },
  },
  {
    title: 'verify: a check does not answer',
    everywhere: true,
    stage: 'verify',
    state: 'rolled-back',
    says: late('verify'),
    change(draft, stack) {
      stack.puppet('verify', 'hold')
      draft.pipeline.timeouts.verify = '2s'
    },
  },
  {
    title: 'watch: longer than it may take',
    stage: 'watch',
    state: 'rolled-back',
    says: late('watch'),
    change(draft) {
      draft.pipeline.watch = { for: '60s' }
      draft.pipeline.timeouts.watch = '1s'
    },
  },
  {
    title: 'a command of the manifest sleeps',
    stage: 'own',
    state: 'rolled-back',
    says: late('own'),
    change: (draft) =>
      void draft.pipeline.commands.push({ ...command('own', { before: 'switch' }, forever), timeout: '1s' }),
  },
]
