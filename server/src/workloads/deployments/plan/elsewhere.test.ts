import type { Service } from '@wheelhouse/contract'
import { ownLabels } from '@wheelhouse/driver'
import { expect, test } from 'vitest'
import type { Project } from '../../stacks/index.ts'
import type { DeployRoom } from '../room.ts'
import { leftElsewhere } from './elsewhere.ts'

type Room = Pick<DeployRoom, 'releases' | 'targets'>
interface Brought {
  readonly id: string
  readonly state: 'serving' | 'good' | 'bad'
  readonly name: string
  readonly targetId: string
  readonly directory: string
}

const running = (stack: string, targetId: string): Service => {
  return {
    id: `${targetId}:${stack}-web`,
    name: `${stack}-web`,
    stack,
    targetId,
    state: 'running',
    labels: { [ownLabels.digest]: 'd' },
  } as unknown as Service
}

/** Releases as they are kept, and what the mirror has. */
function roomOf(releases: readonly Brought[], services: readonly Service[]): Room {
  const placed = ({ name, targetId }: Brought) => ({ targetId, part: 'containers', rendered: { name, workloads: [] } })
  return {
    releases: {
      store: {
        list: () =>
          Promise.resolve(
            releases.map(({ id, state, name, directory }) => ({ id, state, stack: name, source: { directory } })),
          ),
        content: (id: string) => {
          const one = releases.find((release) => release.id === id)!
          const { name, directory } = one
          return Promise.resolve({ name, directory, manifestFile: 'wheelhouse.yaml', placements: [placed(one)] })
        },
      },
    },
    targets: {
      list: () => ['east', 'west'].map((id) => ({ id, name: id, kind: 'docker', state: 'connected' })),
      services: (targetId: string) => services.filter((service) => service.targetId === targetId),
    },
  } as unknown as Room
}
const project = { name: 'shop', environment: 'production', directory: '/srv/shop', file: 'wheelhouse.yaml' } as Project
const toWest = [{ targetId: 'west', part: 'containers', rendered: { name: 'shop', workloads: [] } }] as never

test('a target that the manifest names no more is told with what still runs there', async () => {
  const before: Brought = { id: '1', state: 'serving', name: 'shop', targetId: 'east', directory: '/srv/shop' }
  const room = roomOf([before], [running('shop', 'east'), running('blog', 'east')])
  expect(await leftElsewhere(room, project, toWest)).toEqual([
    'The stack shop on east, which this manifest brought before, stays as it is: shop-web runs. Remove it with wh remove shop --target east.',
  ])
  expect(await leftElsewhere(roomOf([before], []), project, toWest)).toEqual([])
})

test('what another manifest serves there now is not told', async () => {
  const before: Brought = { id: '1', state: 'good', name: 'shop', targetId: 'east', directory: '/srv/shop' }
  const other: Brought = { id: '2', state: 'serving', name: 'shop', targetId: 'east', directory: '/srv/other' }
  const kept = { ...project, name: 'store' } as Project
  expect(await leftElsewhere(roomOf([before, other], [running('shop', 'east')]), kept, toWest)).toEqual([])
  expect(await leftElsewhere(roomOf([before], [running('shop', 'east')]), kept, toWest)).toHaveLength(1)
})
