import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePort } from './ports.ts'

const tcp = { protocol: 'tcp' } as const
const one = (host: string | null, hostPort: number | null, port: number) => ({
  bindings: [{ host, hostPort, port, ...tcp }],
})

describe('ports, short form', () => {
  it('reads every form of the specification', () => {
    expect(parsePort('3000')).toEqual(one(null, null, 3000))
    expect(parsePort('8000:80')).toEqual(one(null, 8000, 80))
    expect(parsePort('127.0.0.1:8001:80')).toEqual(one('127.0.0.1', 8001, 80))
    expect(parsePort('127.0.0.1::80')).toEqual(one('127.0.0.1', null, 80))
    expect(parsePort('[::1]:8001:80')).toEqual(one('::1', 8001, 80))
    expect(parsePort('::1:8001:80')).toEqual(one('::1', 8001, 80))
    expect(parsePort('[fe80::2]::80')).toEqual(one('fe80::2', null, 80))
    expect(parsePort('0:80')).toEqual(one(null, null, 80))
    expect(parsePort('6060:6060/udp')).toEqual({
      bindings: [{ host: null, hostPort: 6060, port: 6060, protocol: 'udp' }],
    })
    expect(parsePort('22:22')).toEqual(one(null, 22, 22))
  })

  it('pairs ranges of one length', () => {
    expect(parsePort('9090-9091:8080-8081')).toEqual({
      bindings: [
        { host: null, hostPort: 9090, port: 8080, ...tcp },
        { host: null, hostPort: 9091, port: 8081, ...tcp },
      ],
    })
    expect(parsePort('3000-3002')).toMatchObject({ bindings: [{ port: 3000 }, { port: 3001 }, { port: 3002 }] })
    for (const text of ['8000-9000:80', '80:8000-8001', '9091-9090:80-81'])
      expect(parsePort(text), text).toHaveProperty('error')
  })

  it('refuses the rest in words', () => {
    for (const text of [
      '',
      '0',
      '65536',
      '80:',
      'a:80',
      '80:b',
      '1.2.3:80:80',
      '80/icmp',
      '80/tcp/udp',
      '-1:80',
      '80:70000',
      '[::1:80:80',
      'localhost:80:80',
    ]) {
      expect(parsePort(text), text).toHaveProperty('error')
    }
  })

  it('reads back whatever is put together', () => {
    const port = fc.integer({ min: 1, max: 65_000 })
    const host = fc.option(
      fc.oneof(
        fc.ipV4(),
        fc.ipV6().filter((text) => !text.includes('.')),
      ),
      { nil: null },
    )
    const protocol = fc.constantFrom('tcp', 'udp', 'sctp')
    fc.assert(
      fc.property(host, port, port, fc.nat({ max: 20 }), protocol, (ip, outside, inside, more, name) => {
        const bracketed = ip?.includes(':') ? `[${ip}]` : ip
        const text = `${bracketed ? `${bracketed}:` : ''}${outside}-${outside + more}:${inside}-${inside + more}/${name}`
        const read = parsePort(text)
        expect(read, text).toHaveProperty('bindings')
        if (!('bindings' in read)) return
        expect(read.bindings).toHaveLength(more + 1)
        expect(read.bindings.at(-1)).toEqual({
          host: ip,
          hostPort: outside + more,
          port: inside + more,
          protocol: name,
        })
      }),
    )
  })
})
