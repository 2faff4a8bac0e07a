import { rmSync } from 'node:fs'
import { connect } from 'node:net'
import { environment, which } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { end, healthy, isAlive, launch } from './daemon.ts'
import { port, subfolder } from './place.ts'

export const redis: Component = {
  name: 'redis',
  async up(memory) {
    if (!which('redis-server')) throw new Unavailable('redis-server is not installed')
    const at = port(memory, 'redis')
    const settings = ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const process = await launch('redis', 'redis-server', [...settings, '--dir', subfolder('redis')], {
      env: environment,
    })
    await healthy('redis', process, () => ping(at))
    return { process, variables: { WHEELHOUSE_TEST_REDIS: `redis://127.0.0.1:${at}` } }
  },
  async down(memory) {
    await end(memory.processes.redis)
    rmSync(subfolder('redis'), { recursive: true })
  },
  async answers(memory) {
    if (!isAlive(memory.processes.redis)) return false
    return ping(port(memory, 'redis')).then(
      () => true,
      () => false,
    )
  },
}

function ping(at: number): Promise<void> {
  return new Promise((done, fail) => {
    const socket = connect(at, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer')))
    socket.once('error', fail)
    socket.once('data', (answer) => {
      socket.destroy()
      if (answer.toString().startsWith('+PONG')) done()
      else fail(new Error(answer.toString()))
    })
  })
}
