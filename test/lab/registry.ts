import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, which } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { end, healthy, isAlive, launch } from './daemon.ts'
import { port, subfolder } from './place.ts'

export const registry: Component = {
  name: 'registry',
  async up(memory) {
    if (!which('docker-registry')) throw new Unavailable('docker-registry is not installed')
    const address = `127.0.0.1:${port(memory, 'registry')}`
    const storage = { filesystem: { rootdirectory: subfolder('registry') }, delete: { enabled: true } }
    const settings = join(subfolder('registry'), 'settings.yml')
    writeFileSync(settings, JSON.stringify({ version: '0.1', storage, http: { addr: address } })) // JSON is YAML
    const process = await launch('registry', 'docker-registry', ['serve', settings], { env: environment })
    await healthy('registry', process, () => ping(address))
    return { process, variables: { WHEELHOUSE_TEST_REGISTRY: address } }
  },
  async down(memory) {
    await end(memory.processes.registry)
    rmSync(subfolder('registry'), { recursive: true })
  },
  async answers(memory) {
    if (!isAlive(memory.processes.registry)) return false
    return ping(`127.0.0.1:${port(memory, 'registry')}`).then(
      () => true,
      () => false,
    )
  },
}

async function ping(address: string): Promise<void> {
  const answer = await fetch(`http://${address}/v2/`, { signal: AbortSignal.timeout(2_000) })
  if (!answer.ok) throw new Error(`status ${answer.status}`)
}
