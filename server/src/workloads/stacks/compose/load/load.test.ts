import { describe, expect, it } from 'vitest'
import { Problems } from '../../file/problems.ts'
import { readComposeModel } from '../model/compose-model.ts'
import { gatherFiles } from './gather.ts'
import { type Found, isWithin, textFiles } from './files.ts'

type Texts = Record<string, string>

function read(
  text: string,
  files: Texts = {},
  more: { variables?: Texts; directory?: string | null; over?: string } = {},
) {
  const directory = more.directory === undefined ? '/srv/shop' : more.directory
  const problems = new Problems()
  const path = (name: string) => (directory === null ? name : `${directory}/${name}`)
  const sources = [
    { path: path('compose.yaml'), text, shownAs: null },
    ...(more.over === undefined ? [] : [{ path: path('over.yaml'), text: more.over, shownAs: 'over.yaml' }]),
  ]
  const input = { sources, directory, variables: more.variables ?? {}, name: null, files: textFiles(files, directory) }
  const { json, name } = readComposeModel(input, problems)
  const told = problems
    .sorted()
    .map((one) => `${one.line ?? '-'}:${one.column ?? '-'} ${one.severity} ${one.path}: ${one.message}`)
  return { json, name, told, errors: told.filter((line) => line.includes(' error ')).join('\n') }
}
const service = (lines: string) => read(`services:\n  web:\n    image: a\n${lines.replace(/^/gm, '    ')}\n`)

describe('loading a Compose project', () => {
  it('tells unknown keys at every depth with file, line and column, and never drops one', () => {
    const { told } = read(
      `services:
  web:
    image: a
    prots: ["80:80"]
    deploy: { resources: { limits: { cpu: "1" } } }
    build: { contxt: . }
    volumes: [{ type: bind, source: /a, target: /b, bind: { propagtion: shared } }]
    healthcheck: { test: x, intervall: 1s }
networks: { n: { ipam: { config: [{ subnett: x }] } } }
servces: {}
include: [more.yaml]
`,
      { 'more.yaml': 'services:\n  other:\n    image: b\n    comand: x\n' },
    )
    expect(told).toEqual([
      '4:5 error services.web.prots: unknown key prots. Did you mean ports?',
      expect.stringContaining(
        '5:38 error services.web.deploy.resources.limits.cpu: unknown key cpu. Did you mean cpus?',
      ),
      expect.stringContaining('6:14 error services.web.build.contxt: unknown key contxt. Did you mean context?'),
      expect.stringContaining('7:61 error services.web.volumes[0].bind.propagtion: unknown key propagtion.'),
      expect.stringContaining('8:29 error services.web.healthcheck.intervall: unknown key intervall.'),
      expect.stringContaining('9:37 error networks.n.ipam.config[0].subnett: unknown key subnett.'),
      expect.stringContaining('10:1 error servces: unknown key servces. Did you mean services?'),
      expect.stringContaining(
        'services.other.comand: unknown key comand. Did you mean command? (more.yaml line 4, column 5)',
      ),
    ])
  })

  it('reads no file outside of the folder of the stack, however it is named', () => {
    for (const path of ['../other.yaml', '/etc/passwd', 'a/../../x.yaml', '~/x.yaml']) {
      expect(read(`include: ["${path}"]\nservices: { a: { image: a } }`).errors, path).toContain(
        'outside of the folder',
      )
      expect(service(`extends: { file: "${path}", service: x }`).errors, path).toContain('outside of the folder')
      expect(service(`env_file: "${path}"`).errors, path).toContain('outside of the folder')
      expect(service(`env_file: [{ path: "${path}", required: false }]`).errors, path).toContain(
        'outside of the folder',
      )
      expect(service(`label_file: "${path}"`).errors, path).toContain('outside of the folder')
      const included = read('include: [sub/a.yaml]', {
        'sub/a.yaml': `include: ["../${path}"]\nservices: { a: { image: a } }`,
      })
      if (path.startsWith('..')) expect(included.errors, path).toContain('outside of the folder')
      expect(
        read(`include: [{ path: a.yaml, env_file: "${path}" }]`, { 'a.yaml': 'services: { a: { image: a } }' }).errors,
        path,
      ).toContain('outside of the folder')
    }
    expect(read('include: ["https://example.com/x.yaml"]\nservices: { a: { image: a } }').errors).toContain(
      'not supported',
    )
    expect(isWithin('/srv/shop', '/srv/shop2/x')).toBe(false)
    expect(isWithin(null, 'a/../../x')).toBe(false)
    expect(isWithin(null, 'a/..b')).toBe(true)
  })

  it('tells loops of extends and include, and files and services that are not there', () => {
    expect(service('extends: web').errors).toContain('in a loop: web → web')
    expect(read('services: { a: { extends: b }, b: { extends: c }, c: { extends: a } }').errors).toContain('in a loop')
    const files = { 'a.yaml': 'include: [b.yaml]', 'b.yaml': 'include: [a.yaml]\nservices: { x: { image: x } }' }
    expect(read('include: [a.yaml]', files).errors).toContain('include each other in a loop: a.yaml → b.yaml → a.yaml')
    expect(service('extends: wob').errors).toContain('no service wob in the file. Did you mean web?')
    expect(service('extends: { file: none.yaml, service: a }').errors).toContain('none.yaml was not sent along')
    expect(
      read('services: { a: { extends: { file: b.yaml, service: a } } }', {
        'b.yaml': 'services: { a: { extends: { file: compose.yaml, service: a } } }',
        'compose.yaml': 'services: { a: { extends: { file: b.yaml, service: a } } }',
      }).errors,
    ).toContain('in a loop')
    expect(
      read('include: [a.yaml]\nservices: { x: { image: other } }', { 'a.yaml': 'services: { x: { image: x } }' })
        .errors,
    ).toContain('services.x is there already')
  })

  it('takes away and replaces what a later file marks', () => {
    const base = 'services: { a: { image: a, ports: ["80:80"], environment: { A: "1" }, labels: { l: "1" } } }'
    const over = 'services: { a: { ports: !reset [], environment: !override { B: "2" }, labels: { m: "2" } } }'
    const { json } = read(base, {}, { over })
    expect(json?.services.a).toMatchObject({ environment: { B: '2' }, labels: { l: '1', m: '2' } })
    expect(json?.services.a).not.toHaveProperty('ports')
    expect(read(base, {}, { over: 'services: { a: { ports: {} } }' }).errors).toContain(
      'must be one here too. (over.yaml',
    )
  })

  it('tells variables that are needed or not set, and reads those of .env below the given ones', () => {
    expect(service('hostname: ${HOST:?say where}').errors).toContain('The variable HOST is needed: say where')
    expect(service('hostname: x${HOST}').told.join()).toContain(
      'warning services.web.hostname: The variable HOST is not set',
    )
    expect(service('hostname: ${HOST').errors).toContain('not closed')
    const { json } = read(
      'services: { a: { image: "${A}-${B}" } }',
      { '.env': 'A=file\nB=${A}2' },
      { variables: { A: 'given' } },
    )
    expect(json?.services.a!.image).toBe('given-given2')
  })

  it('takes env files raw, lets later ones see earlier ones, and may do without', () => {
    const files = { 'a.env': 'A=1', 'b.env': 'B=${A}${C:-c}\nQ="x"', 'c.env': 'R="$A" # kept' }
    const { json, errors } = read(
      'services: { a: { image: a, env_file: [a.env, b.env, { path: c.env, format: raw }, { path: d.env, required: false }] } }',
      files,
    )
    expect(errors).toBe('')
    expect(json?.services.a!.environment).toEqual({ A: '1', B: '1c', Q: 'x', R: '"$A" # kept' })
    expect(service('env_file: d.env').errors).toContain('d.env was not sent along')
  })

  it('refuses what does not fit together', () => {
    for (const [lines, words] of [
      ['secrets: [nope]', 'no secret nope'],
      ['configs: [nope]', 'no config nope'],
      ['gpus: [{ count: 1, device_ids: ["1"] }]', 'exclude each other'],
      ['build: { dockerfile: a, dockerfile_inline: b }', 'exclude each other'],
      ['build: { additional_contexts: { x: "service:nope" } }', 'no service nope'],
      ['platform: a/b\nbuild: { platforms: [c/d] }', 'must have a/b'],
      ['develop: { watch: [{ path: ., action: sync }] }', 'needs a target'],
      ['develop: { watch: [{ path: . }] }', 'action is missing'],
      ['volumes: [{ type: bind, target: /x }]', 'needs a source'],
      ['user: 1000', 'Put it in quotes: "1000"'],
      ['cap_add: NET_ADMIN', 'must be a list'],
      ['tty: maybe', 'neither true nor false'],
      ['ulimits: { nofile: { soft: 1 } }', 'hard is missing'],
      ['restart: [x]', 'must be text'],
      ['command: "a (b"', 'opens nothing'],
      ['pull_policy: alwys', 'Did you mean always?'],
      ['security_opt: [a, a]', 'there twice'],
    ] as const)
      expect(service(lines).errors, lines).toContain(words)
    expect(read('services: { a: { image: a } }\nsecrets: { s: { file: a, environment: B } }').errors).toContain(
      'exclude',
    )
    expect(read('services: { a: { image: a } }\nsecrets: { s: {} }').errors).toContain('needs one of file, environment')
    expect(read('services: { a: { image: a } }\nvolumes: { s: { external: true, driver: x } }').errors).toContain(
      'does not go',
    )
  })

  it('finds files that only files name, reading each once', async () => {
    const files: Texts = {
      '/p/a.yaml': 'include: [sub/b.yaml]\nservices: { a: { image: a, env_file: a.env } }',
      '/p/sub/b.yaml': 'services: { b: { extends: { file: c.yaml, service: c }, env_file: b.env } }',
      '/p/sub/c.yaml': 'services: { c: { image: c } }',
      '/p/sub/b.env': 'B=1',
      '/p/a.env': 'A=1',
    }
    const asked: string[] = []
    const load = (found: Parameters<Parameters<typeof gatherFiles>[0]>[0]) => {
      const problems = new Problems()
      const sources = [{ path: '/p/compose.yaml', text: 'include: [a.yaml]', shownAs: null }]
      return readComposeModel({ sources, directory: '/p', variables: {}, name: null, files: found }, problems).json
    }
    const found = await gatherFiles(load, (path): Promise<Found> => {
      asked.push(path)
      const text = files[path]
      return Promise.resolve(text === undefined ? { missing: 'absent' } : { text })
    })
    expect(load(found)?.services).toMatchObject({
      a: { environment: { A: '1' } },
      b: { image: 'c', environment: { B: '1' } },
    })
    expect(new Set(asked).size).toBe(asked.length)
    expect(asked).toContain('/p/sub/c.yaml')
  })

  it('holds against what multiplies', () => {
    const many = Object.fromEntries(
      Array.from({ length: 30 }, (_, n) => [
        `f${n}.yaml`,
        `include: [${Array(30)
          .fill(`f${n + 1}.yaml`)
          .join()}]`,
      ]),
    )
    expect(read('include: [f0.yaml]', many).errors).toMatch(/more than 200 files|loop|not sent/)
    expect(service('ports: ["1-65535:1-65535"]').errors).toMatch(/makes more than/)
    expect(read(`services: { a: { image: a } }\nx: ${'['.repeat(20_000)}`).errors).not.toBe('')
  })
})
