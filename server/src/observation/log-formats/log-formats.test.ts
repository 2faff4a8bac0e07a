import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { goesOnWith, leveled, parsedLine } from './index.ts'

const utc = (text: string): number => Date.parse(text)

describe('Laravel', () => {
  test('classic lines tell time, channel, level, context and what was thrown', () => {
    expect(
      parsedLine('[2026-11-20 10:00:00] production.WARNING: Slow answer of the till {"order":4711,"user":{"id":7}} []'),
    ).toMatchObject({
      format: 'laravel',
      level: 'warn',
      at: utc('2026-11-20T10:00:00Z'),
      message: 'Slow answer of the till',
      fields: { order: 4711, 'user.id': 7, channel: 'production' },
      access: null,
    })
    const thrown = String.raw`[2026-11-20T10:00:00.123456+01:00] local.ERROR: No such table {"exception":"[object] (Illuminate\\Database\\QueryException(code: 42S02): No such table at /app/Orders.php:12)`
    expect(parsedLine(thrown)).toMatchObject({
      level: 'error',
      at: utc('2026-11-20T09:00:00.123Z'),
      message: 'No such table',
      fields: { exception: String.raw`Illuminate\Database\QueryException`, code: '42S02' },
    })
    expect(parsedLine('[2026-11-20 10:00:00] production.INFO: done  ').message).toBe('done')
  })

  test('JSON lines of Monolog, whose numbers for levels are its own', () => {
    const line = {
      message: 'Payment refused',
      context: { exception: { class: 'App\\Refused', code: 0 } },
      level: 400,
      level_name: 'ERROR',
      channel: 'production',
      datetime: '2026-11-20T10:00:00.500000+00:00',
      extra: {},
    }
    expect(parsedLine(JSON.stringify(line))).toMatchObject({
      format: 'laravel',
      level: 'error',
      at: utc('2026-11-20T10:00:00.500Z'),
      message: 'Payment refused',
      fields: { exception: 'App\\Refused', channel: 'production' },
    })
  })
})

describe('nginx', () => {
  const head = '203.0.113.9 - mara [20/Nov/2026:10:00:00 +0100] "GET /api/orders?page=2 HTTP/1.1" 502 157'
  test('the format combined', () => {
    expect(parsedLine(`${head} "https://shop.test/" "Mozilla/5.0 (X11; \\"odd\\")"`)).toMatchObject({
      format: 'nginx-access',
      level: 'error',
      at: utc('2026-11-20T09:00:00Z'),
      message: 'GET /api/orders?page=2 502',
      fields: {
        status: 502,
        path: '/api/orders',
        uri: '/api/orders?page=2',
        user: 'mara',
        referer: 'https://shop.test/',
      },
      access: { method: 'GET', path: '/api/orders', status: 502, bytes: 157, durationMs: null, remote: '203.0.113.9' },
    })
    expect(parsedLine('203.0.113.9 - - [20/Nov/2026:10:00:00 +0000] "GET /none HTTP/2.0" 404 0 "-" "-"').level).toBe(
      'warn',
    )
    expect(parsedLine('::1 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.0" 200 12').level).toBe('info')
  })

  test('with the times that people add', () => {
    const took = (rest: string) => parsedLine(`${head} "-" "curl/8" ${rest}`)
    expect(took('rt=0.120 uct="0.000" uht="0.110" urt="0.118"').access?.durationMs).toBe(120)
    expect(took('rt=0.120 uct="0.000" uht="0.110" urt="0.118"').fields.upstreamMs).toBe(118)
    expect(took('0.250 0.240 .').access?.durationMs).toBe(250)
    expect(took('request_time=0.003 upstream_response_time="0.001, 0.002"').fields.upstreamMs).toBe(3)
    expect(took('upstream_response_time=0.042').access?.durationMs).toBe(42)
    expect(took('"10.1.2.3" 1.500 -').access?.durationMs).toBe(1500)
    const ingress = took('381 0.013 [default-shop-80] [] 10.0.0.7:8080 1024 0.012 200 0f1e2d')
    expect([ingress.access?.durationMs, ingress.fields.upstreamMs, ingress.fields.upstream]).toEqual([
      13,
      12,
      'default-shop-80',
    ])
  })

  test('a request that is none is still one line of the log', () => {
    expect(parsedLine('203.0.113.9 - - [20/Nov/2026:10:00:00 +0000] "\\x16\\x03\\x01" 400 157 "-" "-"')).toMatchObject({
      format: 'nginx-access',
      access: { method: null, path: null, status: 400 },
    })
  })

  test('the error log', () => {
    const text =
      '2026/11/20 10:00:00 [error] 31#32: *9 connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: shop.test, request: "POST /api/pay HTTP/1.1", upstream: "http://10.0.0.7:80/api/pay", host: "shop.test"'
    expect(parsedLine(text)).toMatchObject({
      format: 'nginx-error',
      level: 'error',
      at: utc('2026-11-20T10:00:00Z'),
      message: 'connect() failed (111: Connection refused) while connecting to upstream',
      fields: {
        client: '203.0.113.9',
        method: 'POST',
        path: '/api/pay',
        upstream: 'http://10.0.0.7:80/api/pay',
        connection: 9,
      },
      access: null,
    })
    expect(parsedLine('2026/11/20 10:00:00 [notice] 1#1: start worker processes').level).toBe('info')
    expect(parsedLine('2026/11/20 10:00:00 [emerg] 1#1: bind() failed').level).toBe('fatal')
  })
})

describe('Traefik and Caddy', () => {
  test('Traefik, as JSON and in the common form', () => {
    const json = {
      ClientHost: '203.0.113.9',
      DownstreamContentSize: 19,
      DownstreamStatus: 503,
      Duration: 12_345_678,
      RequestHost: 'shop.test',
      RequestMethod: 'GET',
      RequestPath: '/api?x=1',
      RouterName: 'web@docker',
      StartUTC: '2026-11-20T10:00:00.123456789Z',
      level: 'info',
      msg: '',
      time: '2026-11-20T10:00:01Z',
    }
    expect(parsedLine(JSON.stringify(json))).toMatchObject({
      format: 'traefik',
      level: 'error',
      at: utc('2026-11-20T10:00:00.123Z'),
      access: { method: 'GET', path: '/api', status: 503, durationMs: 12.346, bytes: 19, host: 'shop.test' },
      fields: { RouterName: 'web@docker', status: 503 },
    })
    const common =
      '203.0.113.9 - - [20/Nov/2026:10:00:00 +0000] "GET /api HTTP/1.1" 200 19 "-" "curl/8" 3 "web@docker" "http://10.0.0.7:80" 12ms'
    expect(parsedLine(common)).toMatchObject({
      format: 'traefik',
      level: 'info',
      fields: { router: 'web@docker', server: 'http://10.0.0.7:80' },
      access: { durationMs: 12, status: 200 },
    })
  })

  test('Caddy', () => {
    const line = {
      level: 'info',
      ts: 1_763_632_800.5,
      logger: 'http.log.access.log0',
      msg: 'handled request',
      request: {
        remote_ip: '203.0.113.9',
        method: 'PUT',
        host: 'shop.test',
        uri: '/up?a',
        headers: { Accept: ['*/*'] },
      },
      duration: 0.0123,
      size: 10_900,
      status: 201,
    }
    expect(parsedLine(JSON.stringify(line))).toMatchObject({
      format: 'caddy',
      level: 'info',
      at: 1_763_632_800_500,
      access: { method: 'PUT', path: '/up', status: 201, durationMs: 12.3, bytes: 10_900, remote: '203.0.113.9' },
      fields: { 'request.headers.Accept': '*/*' },
    })
  })
})

test('queue workers of Laravel, of today and before', () => {
  expect(
    parsedLine(String.raw`  2026-11-20 10:00:00 App\Jobs\SendInvoice .................... 51.12ms DONE`),
  ).toMatchObject({
    format: 'queue-worker',
    level: 'info',
    fields: { job: String.raw`App\Jobs\SendInvoice`, state: 'done', durationMs: 51.12 },
  })
  expect(parsedLine(String.raw`  2026-11-20 10:00:00 App\Jobs\Mail ................ 2m 3s FAIL`)).toMatchObject({
    level: 'error',
    fields: { state: 'failed', durationMs: 123_000 },
  })
  expect(parsedLine(String.raw`  2026-11-20 10:00:00 App\Jobs\Mail ................. RUNNING`).fields.state).toBe(
    'running',
  )
  expect(parsedLine(String.raw`[2026-11-20 10:00:00][8aZ] Failed:     App\Jobs\Mail`)).toMatchObject({
    level: 'error',
    fields: { jobId: '8aZ', state: 'failed' },
  })
  expect(parsedLine('   INFO  Processing jobs from the [default] queue.  ').format).toBe('queue-worker')
})

test('Reverb', () => {
  expect(parsedLine('  Connection Established ............................ 563812345.123')).toMatchObject({
    format: 'reverb',
    level: 'info',
    message: 'Connection Established',
    fields: { connection: '563812345.123' },
  })
  expect(parsedLine('   INFO  Starting server on 0.0.0.0:8080 (shop.test).  ')).toMatchObject({
    format: 'reverb',
    level: 'info',
  })
})

test('JSON of any logger, with its time in whichever unit, and requests by any name', () => {
  expect(parsedLine('{"level":50,"time":1763632800000,"msg":"it broke","err":{"code":"E1"}}')).toMatchObject({
    format: 'json',
    level: 'error',
    at: 1_763_632_800_000,
    message: 'it broke',
    fields: { 'err.code': 'E1' },
  })
  const pino = {
    level: 30,
    req: { method: 'get', url: '/x?y' },
    res: { statusCode: 500 },
    responseTime: 7,
    msg: 'done',
  }
  expect(parsedLine(JSON.stringify(pino)).access).toMatchObject({
    method: 'GET',
    path: '/x',
    status: 500,
    durationMs: 7,
  })
  const nginx = {
    time: '2026-11-20T10:00:00+00:00',
    request_method: 'GET',
    request_uri: '/',
    status: '404',
    request_time: '0.012',
  }
  expect(parsedLine(JSON.stringify(nginx))).toMatchObject({ level: 'warn', access: { status: 404, durationMs: 12 } })
  expect(parsedLine('{"a":1} and more').format).toBe('plain')
  expect(parsedLine('{"__proto__":{"polluted":1},"msg":"x"}').message).toBe('x')
  expect(({} as { polluted?: number }).polluted).toBeUndefined()
})

test('logfmt', () => {
  expect(
    parsedLine('time=2026-11-20T10:00:00Z level=warn msg="it is \\"slow\\"" took=12.5 ok=false retried'),
  ).toMatchObject({
    format: 'logfmt',
    level: 'warn',
    at: utc('2026-11-20T10:00:00Z'),
    message: 'it is "slow"',
    fields: { took: 12.5, ok: false, retried: true },
  })
  expect(parsedLine('x = 3').format).toBe('plain')
  expect(parsedLine('one a=1 b=2').format).toBe('plain')
})

test('plain lines give their time, and coloured ones are read as people read them', () => {
  expect(parsedLine('2026-11-20 10:00:00,123 WARN it is slow')).toMatchObject({
    format: 'plain',
    level: 'warn',
    at: utc('2026-11-20T10:00:00.123Z'),
    message: 'WARN it is slow',
  })
  expect(parsedLine('\u001B[31m[2026-11-20 10:00:00] local.ERROR: red\u001B[0m')).toMatchObject({
    level: 'error',
    message: 'red',
  })
  expect(parsedLine('')).toMatchObject({ format: 'plain', level: null, message: '' })
})

test('a level that the line states stays; one that only its format tells is added', () => {
  const line = { at: '2026-11-20T10:00:00.000Z', stream: 'stdout', level: null } as const
  const nginx = '203.0.113.9 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 500 1 "-" "-"'
  expect(leveled({ ...line, text: nginx }).level).toBe('error')
  expect(leveled({ ...line, level: 'debug', text: nginx }).level).toBe('debug')
  expect(leveled({ ...line, stream: 'system', text: nginx }).level).toBeNull()
})

test('a trace goes on with its first line; what a console sets in from the left does not', () => {
  const here = { stream: 'stdout', atMs: 1_000 }
  const goesOn = (text: string): boolean => goesOnWith(text, here, here)
  for (const text of [
    '    at main (a.js:1:1)',
    '#0 /app/Orders.php(12): find()',
    '[stacktrace]',
    '"} ',
    '  File "a.py", line 1',
    '}',
  ])
    expect(goesOn(text), text).toBe(true)
  for (const text of [
    String.raw`  2026-11-20 10:00:00 App\Jobs\Mail ................. RUNNING`,
    '  Connection Closed ................................. 1.2',
    'next',
    '[2026-11-20 10:00:00] production.ERROR: other',
  ])
    expect(goesOn(text), text).toBe(false)
  expect(goesOnWith('    at main', null, here)).toBe(false)
  expect(goesOnWith('    at main', here, { stream: 'stderr', atMs: 1_000 })).toBe(false)
})

describe('whatever comes', () => {
  const pieces = fc.array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 30 }),
      fc.constantFrom(
        '[',
        ']',
        '"',
        '\\',
        '{"',
        '}',
        '=',
        ' ',
        '.',
        'a=b ',
        '[2026-11-20 10:00:00] ',
        'x.ERROR: ',
        ' {"',
      ),
      fc.constantFrom(
        '1.1.1.1 - - [20/Nov/2026:10:00:00 +0000] "',
        'GET / HTTP/1.1" 200 1 ',
        '2026/11/20 10:00:00 [error] 1#1: ',
        'INFO  ',
      ),
    ),
    { maxLength: 60 },
  )
  test('no line throws, and each tells what a line has to tell', () => {
    fc.assert(
      fc.property(pieces, (parts) => {
        const line = parsedLine(parts.join(''))
        expect(typeof line.message).toBe('string')
        expect(line.at === null || Number.isFinite(line.at)).toBe(true)
        for (const value of Object.values(line.fields)) expect(value === null || typeof value !== 'object').toBe(true)
      }),
    )
    fc.assert(
      fc.property(fc.json({ maxDepth: 8 }), (json) => typeof parsedLine(`{"deep":${json}}`).message === 'string'),
    )
  })

  test('a line of 200 KB made to be slow takes no more steps than it is long', () => {
    const long = 200_000
    const heads = [
      '',
      '[2026-11-20 10:00:00] x.ERROR: ',
      '1.1.1.1 - - [20/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1" 200 1 ',
      '   INFO  ',
      '  2026-11-20 10:00:00 Job ',
      '2026/11/20 10:00:00 [error] 1#1: ',
      'a=1 b=',
    ]
    const fills = [' ', '.', '[', '"', '\\', 'a=', '{', '{"a":', ', client: ', '\u001B[', ' []', '\t']
    // Linear work on all of these together is far below a second; a quadratic one would take minutes and run into the time of the test.
    for (const head of heads)
      for (const fill of fills)
        expect(typeof parsedLine(head + fill.repeat(Math.ceil(long / fill.length))).message).toBe('string')
  })
})
