import { expect, it } from 'vitest'
import { readStack } from '../../read-stack.ts'

const read = (source: string) => readStack({ source: `name: shop\n${source}`, directory: '/srv/shop' })

it('asks the engine for what tunes a container, and for nothing that is not in the file', () => {
  const source = `services:
  db: { image: x }
  web:
    image: x
    platform: linux/arm64
    domainname: example.com
    expose: ["3000-3001", "53/udp"]
    logging: { driver: local, options: { max-size: 10m } }
    memswap_limit: -1
    mem_reservation: 64m
    mem_swappiness: 10
    cpu_shares: 512
    cpuset: 0-1
    oom_score_adj: -500
    group_add: [video]
    dns_search: example.com
    dns_opt: [use-vc]
    cgroup: private
    device_cgroup_rules: ["c 1:3 mr"]
    gpus: all
    volumes_from: ["db:ro", "container:other"]
    blkio_config: { weight: 300, device_read_bps: [{ path: /dev/sda, rate: 12mb }] }
    healthcheck: { test: [CMD, "true"], start_interval: 2s }
    networks: { default: { ipv6_address: "fd00::5", mac_address: "02:42:ac:11:65:43", driver_opts: { a: b } } }
    deploy: { resources: { reservations: { memory: 64m, devices: [{ capabilities: [gpu], device_ids: ["0"], driver: nvidia }] } } }
`
  const { rendered, problems } = read(source)
  expect(problems).toEqual([])
  const web = rendered!.workloads.find(({ spec }) => spec.kind === 'container' && spec.service === 'web')!.spec
  expect(web).toMatchObject({
    platform: 'linux/arm64',
    domainname: 'example.com',
    exposed: [
      { port: 3000, protocol: 'tcp' },
      { port: 3001, protocol: 'tcp' },
      { port: 53, protocol: 'udp' },
    ],
    logDriver: { name: 'local', options: { 'max-size': '10m' } },
    memorySwapBytes: -1,
    memoryReservationBytes: 67_108_864,
    memorySwappiness: 10,
    cpuShares: 512,
    cpuset: '0-1',
    oomScoreAdjust: -500,
    groupAdd: ['video'],
    dnsSearch: ['example.com'],
    dnsOptions: ['use-vc'],
    cgroupNamespace: 'private',
    deviceRules: ['c 1:3 mr'],
    volumesFrom: [expect.stringMatching(/-db-1:ro$/), 'other'],
    blockIo: { BlkioWeight: 300, BlkioDeviceReadBps: [{ Path: '/dev/sda', Rate: 12_582_912 }] },
    healthCheck: { startIntervalMs: 2000 },
    networks: [{ ipv6: 'fd00::5', macAddress: '02:42:ac:11:65:43', driverOptions: { a: 'b' } }],
    deviceRequests: [
      { count: -1, capabilities: [['gpu']] },
      { driver: 'nvidia', count: 0, ids: ['0'], capabilities: [['gpu']] },
    ],
  })
  const plain = read('services: { db: { image: x } }').rendered!.workloads[0]!.spec
  expect(Object.keys(plain)).not.toContain('logDriver')
  expect(Object.keys(plain)).not.toContain('exposed')
})
