import { expect, test } from 'vitest'
import { readEvent } from './engine-event.ts'
import { History } from './history.ts'

function engine(restarting: ReadonlySet<string> = new Set()): {
  history: History
  tell: (second: number, action: string, attributes?: Record<string, string>) => string | null
} {
  const history = new History(restarting)
  const tell = (second: number, action: string, attributes: Record<string, string> = {}): string | null => {
    const Actor = { ID: 'c1', Attributes: { name: 'web', ...attributes } }
    const event = readEvent({ Type: 'container', Action: action, Actor, timeNano: (1.7e9 + second) * 1e9 })
    const occurrence = event && history.hear(event)
    return occurrence && `${occurrence.type} ${occurrence.severity}: ${occurrence.message}`
  }
  return { history, tell }
}

test('a stop is calm, whatever the code', () => {
  const { history, tell } = engine()
  expect(tell(0, 'start')).toBe('service.started info: web started.')
  expect(tell(1, 'kill', { signal: '15' })).toBeNull()
  expect(tell(2, 'die', { exitCode: '7' })).toBe('service.stopped info: web was stopped.')
  expect(tell(2, 'stop')).toBeNull()
  expect(history.recall('c1').asked).toBe(true)
  tell(3, 'start')
  expect(history.recall('c1').asked).toBeNull()
})

test('a reload signal, or one long ago, is no stop', () => {
  const { history, tell } = engine()
  tell(0, 'kill', { signal: '1' })
  expect(tell(1, 'die', { exitCode: '1' })).toBe('service.failed error: web exited with code 1.')
  tell(2, 'start')
  tell(3, 'kill', { signal: 'SIGTERM' })
  expect(tell(1000, 'die', { exitCode: '139' })).toBe(
    'service.failed error: web exited with code 139, segmentation fault.',
  )
  expect(history.recall('c1').asked).toBe(false)
})

test('killed for memory says so', () => {
  const { tell } = engine()
  expect(tell(0, 'oom')).toContain('service.out-of-memory error')
  expect(tell(0, 'die', { exitCode: '137' })).toBe('service.failed error: web exited with code 137, killed for memory.')
})

test('the third fall within a minute is a crash loop, told once, until two calm minutes', () => {
  const { tell } = engine()
  const fall = (second: number): string | null => {
    const told = tell(second, 'die', { exitCode: '1' })
    tell(second, 'start')
    return told
  }
  expect(fall(0)).toContain('service.failed')
  expect(fall(1)).toContain('service.failed')
  expect(fall(2)).toBe('service.crash-looping error: web failed 3 times within a minute: it exited with code 1.')
  expect(fall(3)).toBeNull()
  expect(fall(60)).toBeNull()
  tell(300, 'start')
  expect(fall(301)).toContain('service.failed')
})

test('a restart of ours is one occurrence', () => {
  const { tell } = engine(new Set(['c1']))
  const told = [
    tell(0, 'kill', { signal: '15' }),
    tell(1, 'die', { exitCode: '0' }),
    tell(1, 'stop'),
    tell(2, 'start'),
    tell(2, 'restart'),
  ]
  expect(told.filter(Boolean)).toEqual(['service.restarted info: web was restarted.'])
})

test('pause, rename and health', () => {
  const { tell } = engine()
  expect(tell(0, 'pause')).toBe('service.paused info: web was paused.')
  expect(tell(1, 'unpause')).toBe('service.resumed info: web goes on.')
  expect(tell(2, 'rename', { oldName: '/old' })).toBe('service.renamed info: old is now called web.')
  expect(tell(3, 'health_status: unhealthy')).toBe('service.health warning: web is unhealthy: its health check fails.')
  expect(tell(4, 'exec_start: sh -c "kill: die"')).toBeNull()
})
