import type { Event } from '@wheelhouse/contract'
import { describe, expect, test } from 'vitest'
import { discordBody, mailOf, slackBody, webhookBody } from './hook-bodies.ts'
import { type Message, messageOf } from './message.ts'

const message: Message = {
  key: 'd-1/deployment.rolled-back',
  occasion: 'deployment.rolled-back',
  severity: 'warning',
  title: 'Rolled back: shop, production',
  sentence: 'r118 did not pass its checks. r117 is running again.',
  stack: 'shop',
  environment: 'production',
  release: 'r118',
  failed: 'gates: web answered 500',
  link: 'https://wheel.example.com/deployments/d-1',
  lines: ['listening on 8080', 'Error: <db> & ``` gone'],
  at: '2026-06-10T12:00:00.000Z',
}
const bare: Message = {
  ...message,
  stack: null,
  environment: null,
  release: null,
  failed: null,
  link: null,
  lines: [],
  title: 'Backup missed',
}

describe('bodies', () => {
  test('of a webhook', () => {
    expect(webhookBody(message)).toEqual({
      id: 'd-1/deployment.rolled-back',
      occasion: 'deployment.rolled-back',
      severity: 'warning',
      title: 'Rolled back: shop, production',
      message: 'r118 did not pass its checks. r117 is running again.',
      stack: 'shop',
      environment: 'production',
      release: 'r118',
      failed: 'gates: web answered 500',
      link: 'https://wheel.example.com/deployments/d-1',
      lines: ['listening on 8080', 'Error: <db> & ``` gone'],
      at: '2026-06-10T12:00:00.000Z',
    })
  })

  test('of Slack: what begins a command there is text', () => {
    expect(slackBody(message)).toEqual({
      text: 'Rolled back: shop, production: r118 did not pass its checks. r117 is running again.',
      attachments: [
        {
          color: '#b7791f',
          blocks: [
            { type: 'header', text: { type: 'plain_text', text: 'Rolled back: shop, production', emoji: false } },
            {
              type: 'section',
              text: { type: 'mrkdwn', text: 'r118 did not pass its checks. r117 is running again.' },
            },
            {
              type: 'section',
              fields: [
                { type: 'mrkdwn', text: '*Stack*\nshop' },
                { type: 'mrkdwn', text: '*Environment*\nproduction' },
                { type: 'mrkdwn', text: '*Release*\nr118' },
                { type: 'mrkdwn', text: '*Failed*\ngates: web answered 500' },
              ],
            },
            {
              type: 'section',
              text: {
                type: 'mrkdwn',
                text: "```\nlistening on 8080\nError: &lt;db&gt; &amp; ''' gone\n```",
              },
            },
            {
              type: 'actions',
              elements: [
                {
                  type: 'button',
                  text: { type: 'plain_text', text: 'Open in Wheelhouse' },
                  url: 'https://wheel.example.com/deployments/d-1',
                },
              ],
            },
          ],
        },
      ],
    })
    expect(JSON.stringify(slackBody({ ...message, sentence: '<!channel> hello' }))).not.toContain('<!channel>')
  })

  test('of Discord: nobody is mentioned, and nothing is longer than it takes', () => {
    expect(discordBody(message)).toEqual({
      embeds: [
        {
          title: 'Rolled back: shop, production',
          description:
            "r118 did not pass its checks. r117 is running again.\n```\nlistening on 8080\nError: <db> & ''' gone\n```",
          color: 0xb7791f,
          url: 'https://wheel.example.com/deployments/d-1',
          fields: [
            { name: 'Stack', value: 'shop', inline: true },
            { name: 'Environment', value: 'production', inline: true },
            { name: 'Release', value: 'r118', inline: true },
            { name: 'Failed', value: 'gates: web answered 500', inline: true },
          ],
          timestamp: '2026-06-10T12:00:00.000Z',
        },
      ],
      allowed_mentions: { parse: [] },
    })
    const long = { ...message, sentence: 's'.repeat(9_000), lines: ['l'.repeat(9_000), 'the end'] }
    const [embed] = discordBody(long).embeds as { description: string }[]
    expect(embed?.description.length).toBeLessThan(4_096)
    expect(embed?.description).toContain('the end\n```')
  })

  test('of an e-mail', () => {
    expect(mailOf(message)).toEqual({
      subject: '[Wheelhouse] Rolled back: shop, production',
      text: [
        'r118 did not pass its checks. r117 is running again.',
        '',
        'Stack: shop',
        'Environment: production',
        'Release: r118',
        'Failed: gates: web answered 500',
        '',
        'Last log lines:',
        '  listening on 8080',
        '  Error: <db> & ``` gone',
        '',
        'https://wheel.example.com/deployments/d-1',
        '',
        '2026-06-10T12:00:00.000Z',
        '',
      ].join('\n'),
    })
  })

  test('hold no empty parts where little is known', () => {
    expect(slackBody(bare)).toMatchObject({ attachments: [{ blocks: [{ type: 'header' }, { type: 'section' }] }] })
    expect(discordBody(bare)).toMatchObject({ embeds: [{ fields: [], description: bare.sentence }] })
    expect(mailOf(bare).text).toBe(`${bare.sentence}\n\n2026-06-10T12:00:00.000Z\n`)
  })
})

describe('an event becomes a message', () => {
  const event = (type: string, data: Record<string, unknown> = {}): Event => ({
    id: 'e-1',
    type,
    at: '2026-06-10T12:00:00.000Z',
    severity: 'error',
    message: 'A sentence.',
    actor: null,
    targetId: null,
    serviceId: null,
    serviceName: null,
    stack: 'shop',
    data,
  })
  const linkTo = (path: string) => `https://wheel.example.com${path}`

  test.each([
    ['deployment.finished', { state: 'succeeded' }, 'deployment.succeeded'],
    ['deployment.finished', { state: 'rolled-back' }, 'deployment.rolled-back'],
    ['deployment.finished', { state: 'failed' }, 'deployment.failed'],
    ['deployment.finished', { state: 'abandoned' }, 'deployment.failed'],
    ['deployment.finished', { state: 'cancelled' }, undefined],
    ['deployment.waiting', {}, 'deployment.waiting'],
    ['backup.failed', {}, 'backup.failed'],
    ['backup.missed', {}, 'backup.missed'],
    ['certificate.expiring', {}, 'certificate.expiring'],
    ['notification.failed', {}, undefined],
    ['service.stopped', {}, undefined],
  ])('%s %o is %s', (type, data, occasion) => {
    expect(messageOf(event(type, data), linkTo)?.occasion).toBe(occasion)
  })

  test('with its release, what failed, where to look, and the last lines', () => {
    const data = {
      state: 'failed',
      deploymentId: 'd 1',
      environment: 'production',
      release: { id: 'x', number: 118 },
      outcome: {
        stage: 'gates',
        check: { name: 'web alive', output: 'answered 500' },
        logs: [{ service: 'web', lines: Array.from({ length: 50 }, (_, n) => `line ${n}`) }],
      },
    }
    expect(messageOf(event('deployment.finished', data), linkTo)).toMatchObject({
      key: 'd 1/deployment.failed',
      title: 'Deployment failed: shop, production',
      sentence: 'A sentence.',
      release: 'r118',
      failed: 'web alive',
      link: 'https://wheel.example.com/deployments/d%201',
      lines: Array.from({ length: 20 }, (_, n) => `line ${n + 30}`),
    })
  })
})
