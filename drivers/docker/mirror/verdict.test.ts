import { expect, test } from 'vitest'
import { type Facts, verdict } from './verdict.ts'

const facts: Facts = {
  status: 'exited',
  exitCode: 0,
  error: '',
  outOfMemory: false,
  health: 'none',
  healthOutput: '',
  restarts: 0,
  asked: null,
}

test.for<[string, Partial<Facts>, string, string | null]>([
  ['runs', { status: 'running' }, 'running', null],
  ['runs, healthy', { status: 'running', health: 'healthy' }, 'running', null],
  ['health starts', { status: 'running', health: 'starting' }, 'starting', 'Its health check has not passed yet'],
  [
    'unhealthy',
    { status: 'running', health: 'unhealthy', healthOutput: ' no pulse\nmore' },
    'degraded',
    'Its health check fails: no pulse',
  ],
  ['paused', { status: 'paused' }, 'paused', null],
  [
    'restarts after a failure',
    { status: 'restarting', exitCode: 1, restarts: 1 },
    'failed',
    'Exited with code 1 and is restarted, 1 restart so far',
  ],
  [
    'restarts after an end',
    { status: 'restarting', restarts: 4 },
    'starting',
    'Exited with code 0 and is restarted, 4 restarts so far',
  ],
  ['never started', { status: 'created' }, 'stopped', 'Not started yet'],
  [
    'could not start',
    { status: 'created', exitCode: 127, error: 'no such file' },
    'failed',
    'Did not start: no such file',
  ],
  ['ended well', {}, 'stopped', null],
  ['failed', { exitCode: 1, asked: false }, 'failed', 'Exited with code 1'],
  ['killed by someone else', { exitCode: 137, asked: false }, 'failed', 'Exited with code 137, killed'],
  ['stopped by someone', { exitCode: 137, asked: true }, 'stopped', 'Exited with code 137, killed'],
  ['stopped, with a code of its own', { exitCode: 3, asked: true }, 'stopped', 'Exited with code 3'],
  ['nobody saw a stop', { exitCode: 143 }, 'stopped', 'Exited with code 143, terminated'],
  ['nobody saw a failure', { exitCode: 2 }, 'failed', 'Exited with code 2'],
  ['memory', { exitCode: 137, outOfMemory: true }, 'failed', 'Exited with code 137, killed for memory'],
  ['removing', { status: 'removing' }, 'unknown', 'It is being removed'],
  ['new word', { status: 'dreaming' }, 'unknown', 'The engine says "dreaming"'],
])('%s', ([, given, state, reason]) => {
  expect(verdict({ ...facts, ...given })).toEqual({ state, reason })
})
