import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createSwitch, switchProgram } from '../client.ts'

// A control plane of its own process, to be killed: starts the switch as a supervisor does, and swaps without a pause.
const [stateFolder = '', port, ...upstreams] = process.argv.slice(2)

const proxy = createSwitch({
  stateFolder,
  async start() {
    const child = spawn(process.execPath, [switchProgram, '--state', stateFolder], { detached: true, stdio: 'ignore' })
    await once(child, 'spawn')
    child.unref()
  },
})
for (let turn = 0; ; turn++) {
  const at = Number(upstreams[turn % upstreams.length])
  await proxy.set({
    id: 'a/b/c',
    protocol: 'http',
    listen: { host: '127.0.0.1', port: Number(port) },
    hostnames: [],
    upstreams: [{ id: `u${at}`, host: '127.0.0.1', port: at, weight: 1 }],
  })
  if (turn === 0) process.stdout.write('serving\n')
}
