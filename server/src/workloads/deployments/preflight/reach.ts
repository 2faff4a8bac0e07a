import { hostOf, isThisMachine } from '@wheelhouse/driver'
import { connect } from 'node:net'
import type { StackTarget } from '../../stacks/index.ts'
import { bindOf, sharesLoopback } from '../plan/bind.ts'
import { ownPorts } from '../steps/free-port.ts'
import { bad, type Check, type Found, type Look, well } from './check.ts'

const knockMs = 2_000

/** `there`, `silent`, or the code of an error. A port nobody listens on is refused by its host, which shows that it is heard. */
function knock(host: string, port: number): Promise<string> {
  return new Promise((resolve) => {
    const probe = connect({ host, port, timeout: knockMs })
    const done = (answer: string): void => {
      probe.destroy()
      resolve(answer)
    }
    probe.once('connect', () => done('there'))
    probe.once('timeout', () => done('silent'))
    probe.once('error', ({ code, message }: NodeJS.ErrnoException) =>
      done(code === 'ECONNREFUSED' || code === 'ECONNRESET' ? 'there' : (code ?? message)),
    )
  })
}

const isOpen = (address: string): boolean => address === '0.0.0.0' || address === '::'

async function lookAtWay(target: StackTarget, bind: string | null, services: readonly string[]): Promise<Found> {
  const names = services.join(', ')
  if (bind === null || (isThisMachine(bind) && !sharesLoopback(target))) {
    if (sharesLoopback(target)) return well('by the loopback of this machine')
    return bad(
      `${target.name} is another machine (${target.address}), and ${names} would listen on its own loopback, where no proxy of this machine reaches them`,
      `Say on which address of ${target.name} they listen: compose: { bind: { ${target.name}: ${hostOf(target.address) ?? '10.0.0.5'} } }. Let only this machine reach ports ${ownPorts.first} to ${ownPorts.first + ownPorts.count - 1} there.`,
    )
  }
  const host = isOpen(bind) ? (hostOf(target.address) ?? '127.0.0.1') : bind
  const answer = await knock(host, ownPorts.first)
  if (answer === 'there') return well(`${names} listen on ${bind}, reached at ${host}`)
  // A firewall that is silent about a closed port may well let an open one be reached: only the gates can tell.
  if (answer === 'silent') return well(`${names} listen on ${bind}; nothing answers at ${host} until they do`)
  return bad(
    `no way leads to ${host}, where ${names} on ${target.name} would listen (${answer})`,
    `Name an address of ${target.name} that this machine reaches under compose.bind.`,
  )
}

/** Whether the proxy would reach the instances of exposed services on each engine. */
export function reachChecks({ project, targets }: Look): Check[] {
  if (project.problems.some((problem) => problem.severity === 'error')) return []
  const { containers } = project.render({ folders: {}, images: {}, serve: {} })
  const exposed = (containers?.workloads ?? []).filter(({ deploy }) => (deploy?.expose ?? null) !== null)
  const services = [...new Set(exposed.map(({ spec }) => spec.service))]
  if (services.length === 0) return []
  return targets
    .filter(({ kind }) => kind === 'docker')
    .map((target): Check => ({
      id: `way:${target.id}`,
      group: 'network',
      title: `Way to ${target.name}`,
      severity: 'error',
      look: () => lookAtWay(target, bindOf(project, target), services),
    }))
}
