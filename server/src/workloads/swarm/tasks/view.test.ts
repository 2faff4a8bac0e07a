import type { SwarmTask } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import { isPresent } from './view.ts'

const task = (state: string, desired: string, node = 'n1'): SwarmTask => ({
  ID: 'task',
  CreatedAt: '2026-11-21T12:00:00Z',
  ServiceID: 'service',
  NodeID: node,
  DesiredState: desired,
  Spec: {},
  Status: { State: state, Timestamp: '2026-11-21T12:00:00Z' },
})

test('a task is there while it has not ended, or has ended and is wanted still', () => {
  expect(isPresent(task('running', 'running'))).toBe(true)
  expect(isPresent(task('running', 'shutdown'))).toBe(true)
  expect(isPresent(task('pending', 'running', ''))).toBe(true)
  expect(isPresent(task('failed', 'running'))).toBe(true)
  expect(isPresent(task('failed', 'shutdown'))).toBe(false)
  expect(isPresent(task('complete', 'running'))).toBe(false)
})

test('a task that was called off while it waited for a node is not there, though it is pending for ever', () => {
  expect(isPresent(task('pending', 'shutdown', ''))).toBe(false)
  expect(isPresent(task('new', 'remove', ''))).toBe(false)
})
