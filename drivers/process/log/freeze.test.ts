import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { bootId, readProcess } from '../process-table.ts'

test('a control plane killed while a service stands still leaves it running', async () => {
  const service = spawn('sleep', ['1000'], { detached: true, stdio: 'ignore' })
  const pid = service.pid ?? 0
  const run = { pid, startTime: readProcess(pid)?.startTime, bootId: bootId(), token: 'none' }
  const script = `
    import { whileFrozen } from ${JSON.stringify(join(import.meta.dirname, 'freeze.ts'))}
    await whileFrozen(${JSON.stringify(run)}, () => new Promise(() => {
      process.stdout.write('held')
      setInterval(() => undefined, 1000)
    }))`
  const holder = spawn(process.execPath, ['--input-type=module-typescript', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await once(holder.stdout, 'data')
  expect(readProcess(pid)?.state).toBe('T')
  holder.kill('SIGKILL')
  await once(holder, 'exit')
  while (readProcess(pid)?.state === 'T') await sleep(5)
  expect(readProcess(pid)?.state).toBe('S')
  service.kill('SIGKILL')
  await once(service, 'exit')
})
