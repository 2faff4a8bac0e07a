import type { Deployment, Permission, Service, Stack, Target } from '@wheelhouse/contract'
import { Disc3, FileText, Layers, Plus, Search, SquareTerminal, TextSearch } from 'lucide-react'
import { commandFor, quoted } from '../../acts/command.ts'
import { actOrder, actWords, labelOf, type RunnableAct } from '../../acts/words.ts'
import { actsOf } from '../../api/service-acts.ts'
import { paths } from '../../paths.ts'
import { plural } from '../../ui/format/number.ts'
import type { NavEntry } from '../nav.ts'
import { kindWords, targetGlyph } from '../target-words.ts'
import { deploymentEntries } from './deployment-entries.ts'
import type { Entry } from './entry.ts'

const whatHappens: Record<RunnableAct, string> = {
  start: 'It starts with the settings it has. Stop takes it back.',
  stop: 'It gets its signal and time to finish, then it is ended. Start brings it back.',
  restart: 'It stops and starts again with the same settings. Connections to it break.',
  pause: 'It freezes where it stands and keeps its memory. Resume lets it go on.',
  resume: 'It goes on where it was frozen.',
  kill: 'You choose the signal first.',
  rename: 'You type the new name first.',
  remove: 'You see the plan first: what goes and what stays.',
}

const restless: Partial<Record<Service['state'], number>> = { failed: 3, degraded: 2.5, starting: 1.5, unknown: 1 }

interface Sources {
  readonly services: readonly Service[]
  readonly targets: readonly Target[]
  readonly stacks: readonly Stack[]
  readonly deployments: readonly Deployment[]
  readonly pages: readonly NavEntry[]
  readonly may: (permission: Permission, place?: { targetId?: string; serviceId?: string }) => boolean
}

function foundBy({ id, image, labels, ports }: Service): string {
  const parts = [id, image ?? '']
  for (const { hostPort, port } of ports) parts.push(`${hostPort ?? ''}:${port}`)
  for (const [key, value] of Object.entries(labels)) parts.push(`${key}=${value}`)
  return parts.join(' ').toLowerCase()
}

/** Leads to the list of all hosts, which also knows addresses. */
export const findEntry = (typed: string): Entry => ({
  id: 'find-in-services',
  group: 'Go to',
  sort: '/',
  name: `Find "${typed}" in all services`,
  about: 'names, images, ids, labels, ports, IP addresses',
  icon: Search,
  href: paths.services(`?q=${encodeURIComponent(typed)}`),
  command: `wh get services -q ${quoted(typed)}`,
  what: 'Opens the services of all targets, with this as the filter.',
  weight: 0,
})

/** Leads to the kept lines that have these words. */
export const findLinesEntry = (typed: string): Entry => ({
  id: 'find-in-logs',
  group: 'Go to',
  sort: '/',
  name: `Search logs for "${typed}"`,
  about: 'kept lines of all services',
  icon: TextSearch,
  href: paths.logs(`?q=${encodeURIComponent(typed)}`),
  what: 'Opens the kept lines of all services of the last 24 h, those with these words.',
  weight: 0,
})

/** Everything the palette can find, in no order yet. */
export function entriesOf({ services, targets, stacks, deployments, pages, may }: Sources): Entry[] {
  const capabilities = new Map(targets.map((target) => [target.id, target.capabilities]))
  const entries: Entry[] = deploymentEntries(deployments, may)
  for (const page of pages)
    entries.push({
      id: `page:${page.href}`,
      group: 'Go to',
      sort: '/',
      name: page.label,
      about: 'page',
      icon: page.icon,
      href: page.href,
      what: `Opens ${page.label}.`,
      weight: 1.2,
    })
  if (may('stacks.apply'))
    entries.push({
      id: 'new-stack',
      group: 'Run',
      sort: '>',
      name: 'Apply a stack…',
      about: 'from a file',
      icon: Layers,
      href: paths.newStack(),
      command: 'wh apply wheelhouse.yaml',
      what: 'Opens the editor. You see the plan before anything changes.',
      weight: 1,
    })
  if (targets.some(({ id, capabilities: can }) => can.includes('update') && may('containers.manage', { targetId: id })))
    entries.push({
      id: 'new-container',
      group: 'Run',
      sort: '>',
      name: 'New container…',
      about: 'from a form or a docker run command',
      icon: Plus,
      href: paths.newContainer(),
      command: 'wh run --name web -p 8080:80 nginx:1.27',
      what: 'Opens the form. You see the plan before anything is made.',
      weight: 1,
    })
  if (targets.some(({ id, kind }) => kind === 'swarm' && may('containers.manage', { targetId: id })))
    entries.push({
      id: 'new-swarm-service',
      group: 'Run',
      sort: '>',
      name: 'New service in a Swarm…',
      about: 'from a form',
      icon: Plus,
      href: paths.newSwarmService(),
      command: 'wh swarm-service create --swarm <swarm> --draft.name web --draft.image nginx:1.27',
      what: 'Opens the form. You see where it would run and the plan before anything is made.',
      weight: 1,
    })
  if (targets.some(({ id, capabilities: can }) => can.includes('images') && may('images.manage', { targetId: id }))) {
    const image = { group: 'Run', sort: '>', about: 'image', icon: Disc3, weight: 1 } as const
    entries.push(
      {
        ...image,
        id: 'pull-image',
        name: 'Pull an image…',
        href: paths.images('?do=pull'),
        command: 'wh pull nginx:1.27',
        what: 'Asks for its name, then shows each layer as it comes.',
      },
      {
        ...image,
        id: 'build-image',
        name: 'Build an image…',
        href: paths.images('?do=build'),
        command: 'tar -C app -c . | wh image build -t shop/web:1 --from -',
        what: 'Takes a folder or a tar, then shows what each instruction prints.',
      },
    )
  }
  if (may('targets.manage'))
    entries.push({
      id: 'new-target',
      group: 'Run',
      sort: '>',
      name: 'Add a Docker engine…',
      about: 'target',
      icon: Plus,
      href: `${paths.targets()}?add=1`,
      what: 'Tries the address first, then registers it.',
      weight: 1,
    })
  for (const service of services) {
    const about = `${service.stack ? `${service.stack}, ` : ''}${service.targetName}`
    const weight = restless[service.state] ?? 0.5
    entries.push({
      id: `service:${service.id}`,
      group: 'Go to',
      sort: '/',
      name: service.name,
      about: `service on ${service.targetName}`,
      also: foundBy(service),
      state: service.state,
      service,
      href: paths.service(service.id),
      command: `wh describe service ${quoted(service.name)}`,
      what: `Opens its page. Now: ${service.reason ?? `${service.state} on ${service.targetName}`}.`,
      weight: weight + 0.4,
    })
    const allowed = actsOf(service, capabilities.get(service.targetId), may)
    for (const act of actOrder)
      if (allowed.has(act))
        entries.push({
          id: `${act}:${service.id}`,
          group: 'Run',
          sort: '>',
          verb: labelOf(act),
          name: service.name,
          about,
          icon: actWords[act].icon,
          service,
          act,
          command: commandFor(act, service.name),
          what: whatHappens[act],
          weight,
        })
    entries.push({
      id: `logs:${service.id}`,
      group: 'Run',
      sort: '>',
      verb: 'Logs of',
      name: service.name,
      about,
      icon: FileText,
      service,
      href: paths.service(service.id, 'logs'),
      command: `wh logs ${quoted(service.name)} -f`,
      what: 'Opens its log and follows it.',
      weight,
    })
    if (allowed.has('exec'))
      entries.push({
        id: `exec:${service.id}`,
        group: 'Run',
        sort: '>',
        verb: 'Terminal in',
        name: service.name,
        about,
        icon: SquareTerminal,
        service,
        href: paths.service(service.id, 'terminal'),
        command: commandFor('exec', service.name),
        what: 'Opens a shell inside it. The audit log records that you did.',
        weight: weight - 0.2,
      })
  }
  for (const target of targets)
    entries.push({
      id: `target:${target.id}`,
      group: 'Go to',
      sort: '@',
      name: target.name,
      about: `target, ${kindWords[target.kind]}`,
      state: targetGlyph(target),
      href: target.kind === 'swarm' ? paths.swarm(target.id) : paths.target(target.id),
      command: `wh describe target ${quoted(target.name)}`,
      what: `Opens its page. Now: ${target.reason ?? `${target.state}, ${target.address}.`}`,
      weight: 0.8,
    })
  for (const stack of stacks)
    entries.push({
      id: `stack:${stack.id}`,
      group: 'Go to',
      sort: '#',
      name: stack.name,
      about: `stack on ${stack.targetName}`,
      state: stack.state,
      href: paths.stack(stack.id),
      command: `wh describe stack ${quoted(stack.name)}`,
      what: `Opens its page: ${plural(stack.services.length, 'service')}, revision ${stack.revision}.`,
      weight: 0.8,
    })
  return entries
}
