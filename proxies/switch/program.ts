import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { controlServer } from './control.ts'
import { controlAddress } from './control-address.ts'
import { Switchboard } from './switchboard.ts'

// `node proxies/switch/program.ts --state <folder>`: the built-in reverse proxy, a process of its own, so that the site stays up
// while the control plane is restarted, updated or killed.
const drainMs = 10_000

const say = (message: string): void => void process.stderr.write(`${new Date().toISOString()} ${message}\n`)

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path)
    socket.once('connect', () => {
      socket.destroy()
      done(true)
    })
    socket.once('error', () => done(false))
  })
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { state: { type: 'string' } } })
  if (values.state === undefined) {
    say('Name the state folder: --state <folder>.')
    process.exit(2)
  }
  const folder = resolve(values.state)
  process.umask(0o077)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const { path } = await controlAddress(folder)
  if (await answers(path)) {
    say(`Another switch runs on ${folder}.`)
    process.exit(1)
  }
  // A fault in one request must not end all others: it is written down, and the rest goes on.
  process.on('uncaughtException', (error) => say(`fault: ${error.stack ?? error.message}`))
  process.on('unhandledRejection', (reason) => say(`fault: ${String(reason)}`))

  const board = new Switchboard(folder)
  await board.open()
  rmSync(path, { force: true })
  const control = controlServer(board)
  await new Promise<void>((done, fail) => {
    control.once('error', fail)
    control.listen(path, done)
  })
  chmodSync(path, 0o600)
  const { routes, notListening, damaged } = await board.status()
  say(`switch ready: ${routes} routes`)
  if (damaged !== null) say(`The routes could not be read and were set aside: ${damaged}`)
  for (const { listen, reason } of notListening) say(`not listening on ${listen}: ${reason}`)

  let stopping = false
  const stop = (): void => {
    if (stopping) return
    stopping = true
    say('switch stopping')
    control.close()
    control.closeAllConnections()
    void board.close(drainMs).then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

try {
  await main()
} catch (error) {
  say(`The switch cannot start: ${(error as Error).message}`)
  process.exit(1)
}
