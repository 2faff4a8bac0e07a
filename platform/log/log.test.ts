import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createLog, maskFields, maskText, registerSecret } from './index.ts'

function capture(pretty = false) {
  const lines: string[] = []
  const log = createLog({ level: 'debug', pretty, destination: { write: (line) => lines.push(line) } })
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> }
}

describe('log', () => {
  it('writes JSON lines with an ISO time', () => {
    const { log, last } = capture()
    log.child({ room: 'db' }).info({ port: 1 }, 'listening')
    expect(last()).toMatchObject({ level: 30, room: 'db', port: 1, msg: 'listening' })
    expect(last().time).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/)
  })

  it('masks secret-looking fields at any depth, also in children', () => {
    const { log, lines } = capture()
    const fields = {
      password: 'leak1',
      headers: { Authorization: 'leak2', 'set-cookie': ['leak3'], accept: 'text' },
      list: [{ apiKey: 'leak4', DB_PASSWORD: 'leak5' }],
      map: new Map([['clientSecret', 'leak6']]),
    }
    log.child({ token: 'leak7' }).warn(fields, 'x')
    expect(lines.join('')).not.toMatch(/leak/)
    expect(lines.join('')).toContain('"accept":"text"')
  })

  it('keeps names and figures about secrets', () => {
    const fields = { tokenId: 't1', secretName: 'db', keyId: 'k', tokenCount: 3, publicKey: 'pem', hasPassword: true }
    expect(maskFields(fields)).toEqual(fields)
  })

  it('masks registered values, their URL and base64 forms, until they are forgotten', () => {
    const forget = registerSecret('p@ss wörd!')
    const text = `a p@ss wörd! b ${encodeURIComponent('p@ss wörd!')} c ${Buffer.from('p@ss wörd!').toString('base64')}`
    expect(maskText(text)).toBe('a [secret] b [secret] c [secret]')
    forget()
    expect(maskText('a p@ss wörd!')).toBe('a p@ss wörd!')
  })

  it('masks bearer tokens, passwords in URLs and assignments', () => {
    expect(maskText('GET with Authorization: Bearer abc.def-123')).not.toContain('abc.def')
    expect(maskText('postgres://app:hunter2@db:5432/app')).toBe('postgres://[secret]@db:5432/app')
    expect(maskText('mysql --password=hunter2 -u x')).toBe('mysql --password=[secret] -u x')
    expect(maskText('see https://example.test/a:b@c?x=1 for more')).toContain('https://example.test/a:b@c')
  })

  it('masks messages and stacks of errors and their causes', () => {
    const forget = registerSecret('sup3rsecret')
    const { log, lines } = capture()
    log.error({ err: new Error('bad sup3rsecret', { cause: new Error('deep sup3rsecret') }) }, 'sup3rsecret failed')
    forget()
    expect(lines.join('')).not.toContain('sup3r')
    expect(lines.join('')).toContain('deep')
  })

  it('never throws, whatever it is given', () => {
    const { log } = capture()
    const circle: Record<string, unknown> = {}
    circle.self = circle
    const hostile = {
      circle,
      big: 1n,
      get broken(): never {
        throw new Error('no')
      },
      json: {
        toJSON() {
          throw new Error('no')
        },
      },
      proxy: Object.create(null) as unknown,
    }
    expect(() => log.info(hostile, 'x')).not.toThrow()
    fc.assert(fc.property(fc.dictionary(fc.string(), fc.anything()), (fields) => log.info(fields, 'x') === undefined))
    const dead = createLog({
      level: 'info',
      pretty: false,
      destination: {
        write() {
          throw new Error('EPIPE')
        },
      },
    })
    expect(() => dead.info({}, 'x')).not.toThrow()
  })

  it('never lets a registered value through', () => {
    const long = fc.string({ minLength: 8, maxLength: 40 }).filter((value) => !'[secret]'.includes(value))
    fc.assert(
      fc.property(long, fc.string(), fc.string(), (secret, before, after) => {
        const forget = registerSecret(secret)
        const masked = maskText(`${before}${secret}${after}`)
        forget()
        return masked.length <= `${before}[secret]${after}`.length && masked.includes('[secret]')
      }),
    )
  })

  it('writes a readable line for a terminal', () => {
    const { log, lines } = capture(true)
    log.info({ port: 8080, path: '/a b' }, 'listening')
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}listening port=8080 path="\/a b"\n$/)
    log.error({ err: new Error('broken') }, 'failed')
    expect(lines[1]).toMatch(/error failed err="broken"\n {4}Error: broken/)
  })
})

it('the level changes while it runs, also for logs made of it, and the last lines are remembered masked', () => {
  const lines: string[] = []
  const log = createLog({ level: 'info', pretty: false, destination: { write: (line) => lines.push(line) } })
  const child = log.child({ part: 'engine' })
  child.debug({}, 'unheard')
  log.level = 'debug'
  child.debug({ password: 'kettle-harbour' }, 'heard')
  log.level = 'error'
  child.warn({}, 'unheard')
  expect(lines).toHaveLength(1)
  expect(log.recent()).toEqual([expect.stringContaining('"msg":"heard"')])
  expect(log.recent().join()).not.toContain('kettle-harbour')
  log.level = 'info'
  for (let n = 0; n < 1_100; n++) log.info({ n }, 'one of many')
  expect(log.recent()).toHaveLength(1_000)
  expect(log.recent().at(-1)).toContain('1099')
})
