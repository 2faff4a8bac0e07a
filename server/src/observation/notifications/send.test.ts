import { createHmac } from 'node:crypto'
import type { NotificationChannelSpec } from '@wheelhouse/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Message } from './message.ts'
import { send } from './send.ts'
import { ownCertificate } from './testing/own-certificate.ts'
import { openHookServer, openMailServer } from './testing/receivers.ts'

const message: Message = {
  key: 'd-1/deployment.failed',
  occasion: 'deployment.failed',
  severity: 'error',
  title: 'Deployment failed: shop',
  sentence: 'web did not start.',
  stack: 'shop',
  environment: null,
  release: null,
  failed: null,
  link: null,
  lines: [],
  at: '2026-06-10T12:00:00.000Z',
}
let hooks: Awaited<ReturnType<typeof openHookServer>>
let mail: Awaited<ReturnType<typeof openMailServer>>
let plain: Awaited<ReturnType<typeof openMailServer>>
let pem: ReturnType<typeof ownCertificate>
beforeAll(async () => {
  pem = ownCertificate()
  hooks = await openHookServer()
  mail = await openMailServer(pem)
  plain = await openMailServer({ disabledCommands: ['STARTTLS', 'AUTH'] })
})
afterAll(async () => {
  hooks.close()
  await mail.close()
  await plain.close()
})
beforeEach(() => {
  hooks.hits.length = 0
  mail.mails.length = 0
})

describe('hooks', () => {
  test('a webhook is signed over its body', async () => {
    await send({ kind: 'webhook', url: hooks.url('/in?token=t'), secret: 'harbour' }, message)
    const [hit] = hooks.hits
    expect(hit?.path).toBe('/in?token=t')
    expect(JSON.parse(hit?.body ?? '')).toMatchObject({ occasion: 'deployment.failed', message: 'web did not start.' })
    expect(hit?.headers).toMatchObject({
      'content-type': 'application/json; charset=utf-8',
      'x-wheelhouse-delivery': 'd-1/deployment.failed',
      'x-wheelhouse-signature': `sha256=${createHmac('sha256', 'harbour')
        .update(hit?.body ?? '')
        .digest('hex')}`,
    })
  })

  test('Slack and Discord get their forms, unsigned', async () => {
    await send({ kind: 'slack', url: hooks.url('/slack') }, message)
    await send({ kind: 'discord', url: hooks.url('/discord') }, message)
    expect(hooks.hits.map(({ body }) => Object.keys(JSON.parse(body) as object))).toEqual([
      ['text', 'attachments'],
      ['embeds', 'allowed_mentions'],
    ])
    expect(hooks.hits[0]?.headers).not.toHaveProperty('x-wheelhouse-signature')
  })

  test('a refusal and a redirect say so; neither is followed, and no path is told', async () => {
    const spec = { kind: 'slack', url: hooks.url('/T0/secret-path') } as const
    hooks.answers.push(500, 302, 404)
    await expect(send(spec, message)).rejects.toThrow('answered 500')
    await expect(send(spec, message)).rejects.toThrow('answered 302: it leads elsewhere, which is not followed')
    const told = await send(spec, message).catch((error: unknown) => String(error))
    expect(told).not.toContain('secret-path')
    expect(hooks.hits.map(({ path }) => path)).toEqual(Array(3).fill('/T0/secret-path'))
  })

  test('addresses that must not be called are not', async () => {
    const away = { kind: 'webhook', url: 'http://169.254.169.254/latest' } as const
    await expect(send(away, message)).rejects.toThrow('does not call')
    await expect(send({ kind: 'webhook', url: 'http://127.0.0.1:1/' }, message)).rejects.toThrow(
      'refused the connection',
    )
  })

  test('one that does not answer is left', async () => {
    hooks.answers.push(0)
    const stop = new AbortController()
    const sent = send({ kind: 'webhook', url: hooks.url('/deaf') }, message, { signal: stop.signal })
    await expect.poll(() => hooks.hits).toHaveLength(1)
    stop.abort()
    await expect(sent).rejects.toThrow('did not answer in time')
  })
})

describe('e-mail', () => {
  const spec = (): Extract<NotificationChannelSpec, { kind: 'email' }> => ({
    kind: 'email',
    host: 'localhost',
    port: mail.port,
    from: 'Wheelhouse <wheel@example.com>',
    to: ['ops@example.com', 'mara@example.com'],
  })
  const trusting = () => ({ authorities: [pem.cert] })

  test('goes over STARTTLS with its user to all recipients', async () => {
    await send({ ...spec(), username: 'wheel', password: 'kettle-77' }, message, trusting())
    expect(mail.mails).toMatchObject([
      { from: 'wheel@example.com', to: ['ops@example.com', 'mara@example.com'], secure: true, user: 'wheel' },
    ])
    const text = mail.mails[0]?.text ?? ''
    expect(text).toContain('Subject: [Wheelhouse] Deployment failed: shop')
    expect(text).toContain('web did not start.')
    expect(text).toContain('Auto-Submitted: auto-generated')
  })

  test('a certificate that nobody trusts is refused', async () => {
    await expect(send(spec(), message)).rejects.toThrow(/certificate|TLS/)
    expect(mail.mails).toEqual([])
  })

  test('TLS from the first byte', async () => {
    const secure = await openMailServer({ ...pem, secure: true })
    await send({ ...spec(), port: secure.port, secure: true }, message, trusting())
    expect(secure.mails).toMatchObject([{ secure: true, user: null }])
    await secure.close()
  })

  test('a password never goes over a plain wire; without one a plain server is good enough', async () => {
    const signIn = { ...spec(), port: plain.port, username: 'wheel', password: 'kettle-77' }
    await expect(send(signIn, message, trusting())).rejects.toThrow('TLS')
    expect(plain.mails).toEqual([])
    await send({ ...spec(), port: plain.port }, message)
    expect(plain.mails).toMatchObject([{ secure: false }])
  })

  test('a wrong password and a mailbox that is not there are told of, without the password', async () => {
    const wrong = { ...spec(), username: 'wheel', password: 'wrong-1234' }
    const told = await send(wrong, message, trusting()).catch((error: unknown) => String(error))
    expect(told).toContain('refused user name or password')
    expect(told).not.toContain('wrong-1234')
    await expect(send({ ...spec(), to: ['nobody@example.com'] }, message, trusting())).rejects.toThrow(
      'refused sender or recipients',
    )
  })

  test('a server that is not there', async () => {
    await expect(send({ ...spec(), port: 1 }, message)).rejects.toThrow('refused the connection')
    await expect(send({ ...spec(), host: '169.254.169.254' }, message)).rejects.toThrow('does not call')
  })
})
