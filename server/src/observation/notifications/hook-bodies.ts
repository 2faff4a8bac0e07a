import type { Message } from './message.ts'

type Json = Record<string, unknown>

/** What stands beside the sentence, as label and value. */
const facts = ({ stack, environment, release, failed, facts: more = [] }: Message): [string, string][] => [
  ...(
    [
      ['Stack', stack],
      ['Environment', environment],
      ['Release', release],
      ['Failed', failed],
    ] as [string, string | null][]
  ).flatMap(([label, value]) => (value === null ? [] : [[label, value] as [string, string]])),
  ...more.map(([label, value]): [string, string] => [label, value]),
]

const cut = (text: string, longest: number): string =>
  text.length <= longest ? text : `${text.slice(0, longest - 1)}…`
/** The last of it: how a log ended says more than how it began. */
const tail = (text: string, longest: number): string => (text.length <= longest ? text : `…${text.slice(1 - longest)}`)
// Three backticks would end the block that the lines stand in.
const fenced = (lines: readonly string[], longest: number): string =>
  `\`\`\`\n${tail(lines.join('\n').replaceAll('```', "'''"), longest)}\n\`\`\``

/** The body of a plain webhook. */
export const webhookBody = ({ key, sentence, lines, ...rest }: Message): Json => ({
  id: key,
  ...rest,
  message: sentence,
  lines: [...lines],
})

/** `&`, `<` and `>` begin commands in Slack's text, such as a mention of everyone. */
const slackText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
const slackColours = { info: '#2e7d5b', warning: '#b7791f', error: '#c53030' } as const

/** The body of an incoming webhook of Slack, or of what takes the same form. */
export function slackBody(message: Message): Json {
  const { title, sentence, link, lines, severity } = message
  const fields = facts(message).map(([label, value]) => ({
    type: 'mrkdwn',
    text: `*${label}*\n${slackText(cut(value, 300))}`,
  }))
  const blocks: Json[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(title, 150), emoji: false } },
    { type: 'section', text: { type: 'mrkdwn', text: slackText(cut(sentence, 2_000)) } },
  ]
  if (fields.length > 0) blocks.push({ type: 'section', fields })
  if (lines.length > 0)
    blocks.push({ type: 'section', text: { type: 'mrkdwn', text: fenced(lines.map(slackText), 2_800) } })
  if (link !== null)
    blocks.push({
      type: 'actions',
      elements: [{ type: 'button', text: { type: 'plain_text', text: 'Open in Wheelhouse' }, url: link }],
    })
  return {
    text: slackText(`${cut(title, 150)}: ${cut(sentence, 1_000)}`),
    attachments: [{ color: slackColours[severity], blocks }],
  }
}

const discordColours = { info: 0x2e7d5b, warning: 0xb7791f, error: 0xc53030 } as const

/** The body of a webhook of a Discord channel. Nobody is mentioned, whatever the text holds. */
export function discordBody(message: Message): Json {
  const { title, sentence, link, lines, severity, at } = message
  const logs = lines.length === 0 ? '' : `\n${fenced(lines, 2_500)}`
  return {
    embeds: [
      {
        title: cut(title, 256),
        description: `${cut(sentence, 1_500)}${logs}`,
        color: discordColours[severity],
        ...(link === null ? {} : { url: link }),
        fields: facts(message).map(([name, value]) => ({ name, value: cut(value, 1_000), inline: true })),
        timestamp: at,
      },
    ],
    allowed_mentions: { parse: [] },
  }
}

/** Subject and plain text of an e-mail. */
export function mailOf(message: Message): { subject: string; text: string } {
  const { title, sentence, link, lines, at } = message
  const parts = [
    sentence,
    facts(message)
      .map(([label, value]) => `${label}: ${value}`)
      .join('\n'),
    lines.length === 0 ? '' : `Last log lines:\n${lines.map((line) => `  ${line}`).join('\n')}`,
    link ?? '',
    at,
  ]
  return { subject: cut(`[Wheelhouse] ${title}`, 200), text: `${parts.filter(Boolean).join('\n\n')}\n` }
}
