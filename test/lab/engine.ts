import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { makeCertificates } from './certificates.ts'
import { environment, run, which } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { end, healthy, isAlive, launch } from './daemon.ts'
import { call, socketPath } from './engine-api.ts'
import { bridge, removeBridges, sweep } from './engine-sweep.ts'
import { subnet } from './nodes/network.ts'
import { block, folder, type Memory, mark, port, runFolder, subfolder } from './place.ts'

/** Debian's Docker engine on its own socket and, with TLS, on loopback. It shares nothing with another engine. */
export const engine: Component = {
  name: 'engine',
  async up(memory) {
    const missing = ['dockerd', 'containerd', 'runc', 'ip', 'openssl', 'unshare'].filter((program) => !which(program))
    if (missing.length > 0) throw new Unavailable(`${missing.join(', ')} not installed`)
    if (process.getuid?.() !== 0) throw new Unavailable('only root can start the Docker engine')
    const [certificates] = await Promise.all([makeCertificates('certs', ['127.0.0.1']), addBridge(memory)])
    mkdirSync(runFolder, { recursive: true })
    const at = `tcp://127.0.0.1:${port(memory, 'dockerTls')}`
    const settings = {
      'data-root': subfolder('engine'),
      'exec-root': join(runFolder, 'exec'),
      pidfile: join(runFolder, 'docker.pid'),
      tlsverify: 'true',
      tlscacert: join(certificates, 'ca.pem'),
      tlscert: join(certificates, 'server-cert.pem'),
      tlskey: join(certificates, 'server-key.pem'),
      bridge,
      // Without iptables two engines can live in one network namespace: each rewrites the other's rules otherwise.
      // Published ports are served on loopback by the engine's own proxy, which needs no rule.
      iptables: 'false',
      ip6tables: 'false',
      'cgroup-parent': `/whlab-${mark}`,
      'exec-opt': 'native.cgroupdriver=cgroupfs',
      'oom-score-adjust': '0', // the default is negative, which needs CAP_SYS_RESOURCE
      'shutdown-timeout': '1',
      'insecure-registry': subnet(memory),
    }
    const flags = Object.entries(settings).map(([name, value]) => `--${name}=${value}`)
    const args = [...flags, '-H', `unix://${socketPath}`, '-H', at]
    // In a mount namespace of its own every mount goes with the last process, even after kill -9.
    // The engine keeps some files in /run/docker whatever its exec root is.
    const start = 'mkdir -p /run/docker && mount -t tmpfs tmpfs /run/docker && exec dockerd "$@"'
    const isolated = ['--mount', '--propagation', 'slave', 'sh', '-c', start, 'dockerd', ...args]
    const started = await launch('engine', 'unshare', isolated, { env: environment })
    await healthy('engine', started, () => call('GET', '/_ping'))
    return {
      process: started,
      variables: {
        WHEELHOUSE_TEST_DOCKER: `unix://${socketPath}`,
        WHEELHOUSE_TEST_DOCKER_TLS: at,
        WHEELHOUSE_TEST_DOCKER_CERTS: certificates,
      },
    }
  },
  async down(memory) {
    await end(memory.processes.engine)
    await sweep({ run: runFolder, cgroup: `whlab-${mark}` })
    await removeBridges()
    for (const gone of [join(folder, 'engine'), join(folder, 'certs')]) rmSync(gone, { recursive: true, force: true })
  },
  async answers(memory) {
    if (!isAlive(memory.processes.engine)) return false
    return call('GET', '/_ping').then(
      () => true,
      () => false,
    )
  },
}

/** A bridge of our own instead of docker0, with a subnet that follows from the ports, so that no two labs share it. */
async function addBridge(memory: Memory): Promise<void> {
  const own = block(memory)
  await run('ip', ['link', 'add', bridge, 'type', 'bridge'])
  await run('ip', ['addr', 'add', `10.${210 + Math.floor(own / 250)}.${own % 250}.1/24`, 'dev', bridge])
  await run('ip', ['link', 'set', bridge, 'up'])
}
