import { type Component, Unavailable } from '../component.ts'
import { call, callAt, openAt, socketPath } from '../engine-api.ts'
import { images, imagesOfLab, push } from '../images.ts'
import { port } from '../place.ts'
import { registryOfNodes } from '../registry.ts'
import { address } from './network.ts'
import { hostOf, type NodeName, nodeNames, socketOf } from './node.ts'

/** The lab's images on every node, and in the registry that the nodes reach, from where they pull the same. */
export const imagesOfNodes: Component = {
  name: 'imagesOfNodes',
  after: [imagesOfLab.name, registryOfNodes.name, ...nodeNames],
  async up(memory) {
    const there = nodeNames.filter((name) => memory.variables[name])
    if (there.length === 0) throw new Unavailable('there is no node to bring them to')
    if (!memory.variables.images) throw new Unavailable('there are no images in the first engine')
    await Promise.all([...there.map(load), memory.variables.registryOfNodes ? pushAll() : undefined])
    const [first] = there.map((name) => memory.processes[name])
    const whole = there.length === nodeNames.length && memory.variables.registryOfNodes
    return {
      ...(first ? { process: first } : {}), // they are there as long as the nodes
      variables: Object.fromEntries(whole ? [['WHEELHOUSE_TEST_SWARM', `${address(memory, hostOf('n1'))}:2377`]] : []),
    }

    async function pushAll(): Promise<void> {
      const registry = `${address(memory, 1)}:${port(memory, 'registry')}`
      for (const image of Object.keys(images)) {
        const [name = '', tag = ''] = image.split(':')
        await call('POST', `/images/${image}/tag?repo=${registry}/${name}&tag=${tag}`)
        await push(`${registry}/${name}`, tag)
      }
    }
  },
  async down() {}, // they go with the nodes
  async answers(memory) {
    const there = nodeNames.filter((name) => memory.variables[name])
    const seen = there.map((name) => callAt(socketOf(name), 'GET', '/images/lab/busybox:1/json'))
    return Promise.all(seen).then(
      () => there.length > 0,
      () => false,
    )
  },
}

async function load(name: NodeName): Promise<void> {
  const query = Object.keys(images).map((image) => `names=${encodeURIComponent(image)}`)
  const tar = await openAt(socketPath, 'GET', `/images/get?${query.join('&')}`)
  if (tar.statusCode !== 200) throw new Error(`the first engine does not give its images: ${tar.statusCode}`)
  await callAt(socketOf(name), 'POST', '/images/load?quiet=1', tar)
}
