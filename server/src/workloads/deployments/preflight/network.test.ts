import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resolveName } from './names.ts'
import { lookAtRegistry } from './network.ts'

/** Answers `shop.example` with 10.1.2.3 and says nothing of other names. */
function nameServer(): Socket {
  const known = Buffer.from('\u0004shop\u0007example\0', 'latin1')
  const socket = createSocket('udp4')
  socket.on('message', (question, { port, address }) => {
    if (!question.subarray(12, 12 + known.length).equals(known)) return
    const end = 12 + known.length
    const isA = question.readUInt16BE(end) === 1
    const answer = Buffer.alloc(isA ? 16 : 0)
    if (isA) {
      answer.set([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 1, 2, 3])
    }
    const head = Buffer.from(question.subarray(0, end + 4))
    head.writeUInt16BE(0x8180, 2)
    head.writeUInt16BE(isA ? 1 : 0, 6)
    head.writeUInt32BE(0, 8)
    socket.send(Buffer.concat([head, answer]), port, address)
  })
  return socket
}

describe('names', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wh-names-'))
  const hostsFile = join(folder, 'hosts')
  const resolvFile = join(folder, 'resolv.conf')
  const server = nameServer()
  let servers: string[] = []
  beforeAll(async () => {
    writeFileSync(hostsFile, '# ours\n10.9.8.7  Db.internal db # the database\n')
    writeFileSync(resolvFile, 'search example\n')
    server.bind(0, '127.0.0.1')
    await once(server, 'listening')
    servers = [`127.0.0.1:${server.address().port}`]
  })
  afterAll(() => {
    server.close()
    rmSync(folder, { recursive: true })
  })
  const resolve = (name: string) => resolveName(name, { hostsFile, resolvFile, servers })

  it('come from the hosts file, from DNS, and with the domains that are searched', async () => {
    expect(await resolve('DB')).toEqual(['10.9.8.7'])
    expect(await resolve('shop.example')).toEqual(['10.1.2.3'])
    expect(await resolve('shop')).toEqual(['10.1.2.3'])
    expect(await resolve('192.0.2.7')).toEqual(['192.0.2.7'])
    expect(await resolve('localhost')).toEqual(['127.0.0.1'])
  })

  it('that nobody answers for are given up, and files are read meanwhile', async () => {
    const order: string[] = []
    const silent = Array.from({ length: 8 }, (_, at) =>
      resolve(`nobody-${at}.example`).then(
        () => 'found',
        (error: NodeJS.ErrnoException) => {
          order.push('given up')
          return error.code
        },
      ),
    )
    // Lookups of the system would take all threads there are for files.
    await readFile(hostsFile)
    order.push('read')
    for (const code of await Promise.all(silent)) expect(code).toMatch(/^(ETIMEOUT|ECANCELLED)$/)
    expect(order[0]).toBe('read')
  }, 120_000)
})

describe('a registry', () => {
  it('is asked through the proxy of the environment, unless that leaves it out', async () => {
    const asked: string[] = []
    const proxy = createServer().on('connect', ({ url }, socket) => {
      asked.push(url ?? '')
      socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
    proxy.listen(0, '127.0.0.1')
    await once(proxy, 'listening')
    const HTTPS_PROXY = `http://ada:hunter22@127.0.0.1:${(proxy.address() as AddressInfo).port}`
    const signal = new AbortController().signal
    try {
      const found = await lookAtRegistry('registry.invalid:5000', signal, { HTTPS_PROXY })
      expect(asked).toEqual(['registry.invalid:5000'])
      expect(found.ok).toBe(false)
      expect(JSON.stringify(found)).not.toContain('hunter22')
      const direct = await lookAtRegistry('registry.invalid:5000', signal, { HTTPS_PROXY, NO_PROXY: '.invalid' })
      expect(direct).toMatchObject({ ok: false })
      expect(asked).toHaveLength(1)
    } finally {
      proxy.close()
      proxy.closeAllConnections()
    }
  }, 120_000)
})
