import { once } from 'node:events'
import { type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ask } from '../../proxy/testing/ask.ts'
import { until } from '../../proxy/conformance.ts'
import { Board, rawTalk } from './board.ts'

let at: Board
beforeEach(() => {
  at = new Board()
})
afterEach(() => at.close())

test('what two servers could read differently is refused, and no upstream sees it', async () => {
  let seen = 0
  const { upstream } = await at.service((_request, response) => {
    seen++
    response.end('no')
  })
  const port = await at.serve([upstream])
  const head = 'POST / HTTP/1.1\r\nHost: a\r\n'
  for (const text of [
    `${head}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n0\r\n\r\n`,
    `${head}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcde`,
    `${head}Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
    `${head}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `${head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
    `${head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n`,
    `${head}Content-Length: +4\r\n\r\nabcd`,
    `GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n`,
    `GET / HTTP/1.1\r\n\r\n`,
    `GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n`,
    `GET / HTTP/1.1\r\nHost: a\r\nX: a\rb\r\n\r\n`,
  ]) {
    expect(await rawTalk(port, text)).toMatch(/^HTTP\/1.1 400 /)
  }
  expect(await rawTalk(port, 'CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n')).toMatch(/^HTTP\/1.1 405 /)
  expect(seen).toBe(0)
})

test('headers of one hop stay there, and Connection cannot drop what frames a message', async () => {
  const { upstream } = await at.service((request, response) => {
    response.setHeader('connection', 'close, x-secret')
    response.setHeader('x-secret', 'of the hop')
    response.end(JSON.stringify(request.headers))
  })
  const port = await at.serve([upstream])
  const heard = await rawTalk(
    port,
    'POST http://shop.test/p?q=1 HTTP/1.1\r\nHost: other\r\nConnection: close, X-Hop, Content-Length, Host\r\nX-Hop: 1\r\n' +
      'Proxy-Authorization: x\r\nKeep-Alive: 5\r\nX-Real-IP: 9.9.9.9\r\nForwarded: for=9.9.9.9\r\nTE: trailers\r\n' +
      'Content-Length: 2\r\n\r\nhi',
  )
  expect(heard).not.toMatch(/x-secret/i)
  const sent = JSON.parse(heard.slice(heard.indexOf('{'), heard.lastIndexOf('}') + 1)) as Record<string, string>
  expect(sent).toMatchObject({
    host: 'shop.test',
    'content-length': '2',
    te: 'trailers',
    'x-forwarded-host': 'shop.test',
  })
  for (const name of ['x-hop', 'proxy-authorization', 'x-real-ip', 'forwarded']) expect(sent).not.toHaveProperty(name)
})

test('a body sent only after 100 Continue is asked for by the upstream', async () => {
  const { upstream, server } = await at.service((_request, response) => response.end('unasked'))
  server.on('checkContinue', (request: IncomingMessage, response) => {
    if (request.url === '/no') {
      response.writeHead(417).end('too much')
      return
    }
    response.writeContinue()
    request.pipe(response)
  })
  const port = await at.serve([upstream])
  const send = (path: string): Promise<{ status: number; text: string; continued: boolean }> =>
    new Promise((done, fail) => {
      let continued = false
      const headers = { expect: '100-continue', 'content-length': 5 }
      const sent = httpRequest({ port, host: '127.0.0.1', path, method: 'POST', headers, agent: false })
      sent.on('continue', () => {
        continued = true
        sent.end('hello')
      })
      sent.on('error', fail)
      sent.on('response', (answer) => {
        const status = answer.statusCode ?? 0
        done(answer.toArray().then((chunks) => ({ status, text: chunks.join(''), continued })))
        answer.on('close', () => sent.destroy())
      })
    })
  expect(await send('/')).toEqual({ status: 200, text: 'hello', continued: true })
  expect(await send('/no')).toEqual({ status: 417, text: 'too much', continued: false })
})

test('trailers and chunks pass both ways; HEAD and 304 keep their length and have no body', async () => {
  const { upstream } = await at.service((request, response) => {
    if (request.url === '/304') {
      response.writeHead(304, { etag: '"1"', 'content-length': 7 }).end()
    } else if (request.method === 'HEAD') {
      response.writeHead(200, { 'content-length': 1234 }).end()
    } else {
      request.resume()
      request.on('end', () => {
        response.writeHead(200, { trailer: 'x-sum' })
        response.write('part')
        response.addTrailers({ 'x-sum': `${request.trailers['x-in']}!` })
        response.end()
      })
    }
  })
  const port = await at.serve([upstream])
  const chunked =
    'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: X-In\r\n\r\n3\r\nabc\r\n0\r\nX-In: 7\r\n\r\n'
  expect(await rawTalk(port, chunked, /\r\n0\r\n[^]*\r\n\r\n$/)).toMatch(/4\r\npart\r\n0\r\nx-sum: 7!\r\n/i)
  const head = await rawTalk(port, 'HEAD / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  expect(head).toMatch(/content-length: 1234\r\n/i)
  expect(head).toMatch(/\r\n\r\n$/)
  const unchanged = await rawTalk(port, 'GET /304 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')
  expect(unchanged).toMatch(/^HTTP\/1.1 304 [^]*etag: "1"[^]*\r\n\r\n$/i)
  const old = await rawTalk(port, 'GET / HTTP/1.0\r\nHost: a\r\n\r\n')
  expect(old).not.toMatch(/chunked/i)
  expect(old).toMatch(/\r\n\r\npart$/)
})

test('requests sent in one go are answered in their order on one connection', async () => {
  const { upstream } = await at.service((request, response) => {
    setTimeout(() => response.end(`<${request.url}>`), request.url === '/1' ? 50 : 0)
  })
  const port = await at.serve([upstream])
  const one = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`
  const heard = await rawTalk(port, one('/1') + one('/2') + one('/3'), /<\/3>/)
  expect(heard.match(/<\/\d>/g)).toEqual(['</1>', '</2>', '</3>'])
})

test('a stream is heard as it comes, and both directions run at once', async () => {
  const { upstream } = await at.service((request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    request.pipe(response)
  })
  const port = await at.serve([upstream])
  const sent = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent: false })
  sent.flushHeaders()
  sent.write('a')
  const [answer] = (await once(sent, 'response')) as [IncomingMessage]
  for (const letter of ['a', 'b', 'c']) {
    if (letter !== 'a') sent.write(letter)
    const [chunk] = (await once(answer, 'data')) as [Buffer]
    expect(chunk.toString()).toBe(letter)
  }
  sent.end()
  await once(answer, 'end')
})

test('a slow reader slows the sender down, in both directions', async () => {
  let taken: IncomingMessage | null = null
  let written = 0
  const piece = Buffer.alloc(256 << 10)
  const { upstream } = await at.service((request, response) => {
    if (request.method === 'POST') {
      taken = request // and never reads it
      return
    }
    const push = (): void => {
      while (!response.destroyed && response.write(piece)) written += piece.length
      written += piece.length
    }
    response.on('drain', push)
    push()
  })
  const port = await at.serve([upstream])
  const upload = httpRequest({ port, host: '127.0.0.1', method: 'POST', agent: false })
  upload.on('error', () => {})
  let sent = 0
  const push = (): void => {
    while (upload.write(piece)) sent += piece.length
    sent += piece.length
  }
  upload.on('drain', push)
  push()
  await until(() => taken !== null)

  const download = httpRequest({ port, host: '127.0.0.1', agent: false }).end()
  download.on('error', () => {})
  const [answer] = (await once(download, 'response')) as [IncomingMessage]
  answer.pause()
  answer.on('error', () => {})

  const settled = async (count: () => number): Promise<number> => {
    for (let before = -1; before !== count();) {
      before = count()
      await new Promise((done) => setTimeout(done, 300))
    }
    return count()
  }
  const mostBytes = 64 << 20 // what kernels hold for three sockets, and not a body
  expect(await settled(() => sent)).toBeLessThan(mostBytes)
  expect(await settled(() => written)).toBeLessThan(mostBytes)
  upload.destroy()
  download.destroy()
})

test('an answer that breaks off is seen to break off; a client that leaves is told to the upstream', async () => {
  let left = false
  const { upstream } = await at.service((request, response) => {
    if (request.url === '/wait') {
      response.on('close', () => (left = true))
      return
    }
    response.writeHead(200, { 'content-length': 100 })
    response.write('half')
    setTimeout(() => response.destroy(), 20)
  })
  const port = await at.serve([upstream])
  await expect(ask({ port })).rejects.toThrow()
  await until(() => at.board.stats(at.id)[0]?.active === 0)
  expect(at.board.stats(at.id)[0]).toMatchObject({ requests: 1, errors: 1 })
  const socket = connect(port, '127.0.0.1', () => socket.write('GET /wait HTTP/1.1\r\nHost: a\r\n\r\n'))
  await until(() => at.board.stats(at.id)[0]?.active === 1)
  socket.destroy()
  await until(() => left && at.board.stats(at.id)[0]?.active === 0)
  expect(at.board.stats(at.id)[0]).toMatchObject({ requests: 2, errors: 1 })
})

test('a change of protocol may be refused by the upstream, and HTTP/2 is not offered on', async () => {
  const { upstream, server } = await at.service((request, response) => response.end(`plain ${request.headers.upgrade}`))
  server.on('upgrade', (_request, socket) => {
    socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 5\r\nX-Why: token\r\n\r\nno no')
  })
  const port = await at.serve([upstream])
  const head = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\n'
  expect(await rawTalk(port, `${head}Upgrade: websocket\r\n\r\n`)).toMatch(/^HTTP\/1.1 401 [^]*X-Why: token[^]*no no$/)
  expect(await rawTalk(port, `${head}Upgrade: h2c\r\n\r\n`, /plain/)).toMatch(/plain undefined/)
})
