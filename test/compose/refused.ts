/** A project that Compose refuses: a few lines of `compose.yaml`, files beside it, and what is told: line, column and words. */
export interface Refused {
  readonly says: string
  readonly compose: string
  readonly files?: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
}

const inService = (says: string, lines: string): Refused => ({
  says,
  compose: `services:\n  a:\n    image: a\n${lines.replace(/^/gm, '    ')}\n`,
})

export const refused: readonly Refused[] = [
  // Nothing where a map or a list must be.
  inService('4:17 This must be a map or a list, but it is nothing', 'environment:'),
  inService('4:13 This must be a map or a list, but it is nothing', 'labels: ~'),
  inService('4:15 This must be a map, but it is nothing', 'networks: null'),
  inService('This must be a map, but it is nothing', 'depends_on: { b: null }'),
  inService('5:17 This must be a map, but it is nothing', 'deploy:\n  resources:'),
  inService('5:17 This must be a map, but it is nothing', 'deploy:\n  placement:'),
  inService('4:9 This must be text, but it is nothing', 'pid:'),
  inService('4:38 This must be text, but it is nothing', 'build: { context: ., dockerfile: }'),
  inService('condition is missing here', 'depends_on: { a: {} }'),
  // Lists and maps of what is no text.
  inService('4:19 This must be text, but it is a number. Put it in quotes: "1"', 'environment: [1]'),
  inService('4:14 This must be text, but it is true or false', 'labels: [true]'),
  inService('4:11 This must be text, but it is nothing', 'dns: [null]'),
  inService('4:23 This must be text, but it is a number', 'extra_hosts: { h: 1 }'),
  inService('4:37 This must be text, but it is a list', 'build: { context: ., args: { A: [b] } }'),
  inService('This must be text, but it is a number', 'healthcheck: { test: [CMD, 1] }'),
  inService('This must be text, but it is a number', 'build: { context: ., additional_contexts: { b: 1 } }'),
  inService('2000-01-02 is a date. Put it in quotes', 'hostname: 2000-01-02'),
  inService('This must be a list, but it is text', 'build: { context: ., cache_from: alpine }'),
  inService('This must be a list, but it is text', 'build: { context: ., tags: a }'),
  inService('"some" is not known here. Use all', 'gpus: some'),
  inService(
    'must be true or false, but it is text',
    'depends_on: { a: { condition: service_started, required: "no" } }',
  ),
  // Numbers and sizes.
  inService('4:16 -1 is too small: 0 is the least', 'cpu_count: -1'),
  inService('101 is too large: 100 is the most', 'cpu_percent: 101'),
  inService('"1.5" is not a whole number', 'cpu_percent: 1.5'),
  inService('-1001 is too small: -1000 is the least', 'oom_score_adj: -1001'),
  inService('"-1" is not a size', 'memswap_limit: "-1"'),
  inService('"1.5" is not a size', 'mem_reservation: 1.5'),
  inService('This must be text, but it is a number', 'deploy: { resources: { limits: { memory: 1024 } } }'),
  inService('.inf is no number', 'cpus: .inf'),
  inService('-1 is too small', 'healthcheck: { retries: -1 }'),
  inService('-1 is too small', 'deploy: { restart_policy: { max_attempts: -1 } }'),
  inService('must be a number, but it is text', 'volumes: [{ type: tmpfs, target: /t, tmpfs: { mode: "1777" } }]'),
  inService('must be text or a whole number', 'ports: [{ target: 80, published: 1e3 }]'),
  inService('4:13 "::1:80:80" has an IPv6 address, which stands in brackets: [::1]', 'ports: ["::1:80:80"]'),
  // Keys that are not there, or missing.
  inService('unknown key x-y', 'blkio_config: { x-y: 1 }'),
  inService('unknown key devices', 'deploy: { resources: { limits: { devices: [] } } }'),
  inService('target is missing here', 'volumes: [{ type: tmpfs }]'),
  inService('target is missing here', 'devices: [{ source: /dev/fuse }]'),
  inService('There is no secret  in the file', 'secrets: [{ target: t }]'),
  { says: '2:12 A space is missing after v:', compose: 'services: { a: { image: a } }\nvolumes: { v:, w: }\n' },
  // What does not fit together.
  inService('scale and deploy.replicas must be the same', 'scale: 2\ndeploy: { replicas: 3 }'),
  inService(
    'cpus and deploy.resources.limits.cpus must be the same',
    'cpus: 1\ndeploy: { resources: { limits: { memory: 1g } } }',
  ),
  inService(
    'mem_limit and deploy.resources.limits.memory',
    'mem_limit: 1g\ndeploy: { resources: { limits: { memory: 2g } } }',
  ),
  inService(
    'a depends on b, which is not in the file',
    'depends_on: { b: { condition: service_started, required: false } }',
  ),
  { says: '1:16 a needs an image', compose: 'services: { a: {} }\n' },
  {
    says: '1:10 This must be text, but it is a number. Put it in quotes: "3.8"',
    compose: 'version: 3.8\nservices: { a: { image: a } }\n',
  },
  { says: '2:9 This must be a map, but it is nothing', compose: 'services: { a: { image: a } }\nvolumes:\n' },
  { says: 'has nothing a name is made of', compose: 'name: "***"\nservices: { a: { image: a } }\n' },
  {
    says: 'COMPOSE_PROJECT_NAME is "Bad Name"',
    compose: 'services: { a: { image: a } }\n',
    variables: { COMPOSE_PROJECT_NAME: 'Bad Name' },
  },
  { says: 'A document of the file is empty', compose: 'services: { a: { image: a } }\n---\n' },
  {
    says: 'driver does not go with external',
    compose: 'services: { a: { image: a } }\nvolumes: { v: { external: true, driver: local } }\n',
  },
  {
    says: 's needs one of file, environment',
    compose: 'services: { a: { image: a } }\nsecrets: { s: { driver: vault } }\n',
  },
  { says: 'A merge key << takes a map or a list of maps', compose: 'services: { a: { <<: [[a]], image: a } }\n' },
  {
    says: 'The service b must be a map to be extended. (b.yaml line 1, column 16)',
    compose: 'services: { a: { extends: { file: b.yaml, service: b } } }\n',
    files: { 'b.yaml': 'services: { b: [image] }\n' },
  },
  {
    says: 'unknown key comand. Did you mean command? (b.yaml line 1, column 28)',
    compose: 'include: [b.yaml]\nservices: { a: { image: a } }\n',
    files: { 'b.yaml': 'services: { b: { image: a, comand: x } }\n' },
  },
]
