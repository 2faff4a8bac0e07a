import { expect, test } from 'vitest'
import { readLine } from './logs.ts'

const raw = (text: string) => ({ time: '2026-11-21T10:00:00.123456789Z', stream: 'stdout' as const, text })
const origin = 'com.docker.swarm.node.id=n1,com.docker.swarm.service.id=s1,com.docker.swarm.task.id=t1'

test('a line is told apart from where it comes from, whatever it holds', () => {
  expect(readLine(raw(`${origin} ERROR a=b,c=d: no`))).toMatchObject({
    at: '2026-11-21T10:00:00.123Z',
    text: 'ERROR a=b,c=d: no',
    level: 'error',
    task: 't1',
    node: 'n1',
  })
  expect(readLine(raw(`${origin} `))).toMatchObject({ text: '', task: 't1' })
  expect(readLine(raw('no origin at all'))).toMatchObject({ text: 'no origin at all', task: null, node: null })
})
