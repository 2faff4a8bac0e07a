import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parsePort } from './short-port.ts'

const tcp = { protocol: 'tcp' } as const
const one = (hostIp: string, published: string, target: number) => ({ ports: [{ hostIp, published, target, ...tcp }] })

describe('ports, short form', () => {
  it('reads every form of the specification', () => {
    expect(parsePort('3000')).toEqual(one('', '', 3000))
    expect(parsePort('8000:80')).toEqual(one('', '8000', 80))
    expect(parsePort('127.0.0.1:8001:80')).toEqual(one('127.0.0.1', '8001', 80))
    expect(parsePort('127.0.0.1::80')).toEqual(one('127.0.0.1', '', 80))
    expect(parsePort('[::1]:8001:80')).toEqual(one('::1', '8001', 80))
    expect(parsePort('::1:8001:80')).toEqual({ error: expect.stringContaining('in brackets: [::1]') })
    expect(parsePort('[fe80::2]::80')).toEqual(one('fe80::2', '', 80))
    expect(parsePort('0:80')).toEqual(one('', '0', 80))
    expect(parsePort('6060:6060/udp')).toEqual({
      ports: [{ hostIp: '', published: '6060', target: 6060, protocol: 'udp' }],
    })
    expect(parsePort('22:22')).toEqual(one('', '22', 22))
  })

  it('pairs ranges of one length', () => {
    expect(parsePort('9090-9091:8080-8081')).toEqual({
      ports: [
        { hostIp: '', published: '9090', target: 8080, ...tcp },
        { hostIp: '', published: '9091', target: 8081, ...tcp },
      ],
    })
    expect(parsePort('3000-3002')).toMatchObject({ ports: [{ target: 3000 }, { target: 3001 }, { target: 3002 }] })
    // One container port takes any free one of a range.
    expect(parsePort('8000-9000:80')).toEqual(one('', '8000-9000', 80))
    for (const text of ['8000-8002:80-81', '80:8000-8001', '9091-9090:80-81'])
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
        expect(read, text).toHaveProperty('ports')
        if (!('ports' in read)) return
        expect(read.ports).toHaveLength(more + 1)
        const last = { hostIp: ip ?? '', published: String(outside + more), target: inside + more, protocol: name }
        expect(read.ports).toContainEqual(last)
      }),
    )
  })
})
