import type { NotificationChannel, NotificationChannelSpec } from '@wheelhouse/contract'

/** What stands in the fields: text, as it was typed. Addresses and passwords never come back from the server. */
export interface Draft {
  readonly kind: NotificationChannel['kind']
  readonly name: string
  readonly url: string
  readonly secret: string
  readonly host: string
  readonly port: string
  readonly secure: boolean
  readonly username: string
  readonly password: string
  readonly from: string
  readonly to: string
  readonly stacks: string
}
export type Wrong = { readonly [F in keyof Draft]?: string }

export const draftOf = (channel: NotificationChannel | null): Draft => ({
  kind: channel?.kind ?? 'slack',
  name: channel?.name ?? '',
  url: '',
  secret: '',
  host: '',
  port: '587',
  secure: false,
  username: '',
  password: '',
  from: '',
  to: channel?.kind === 'email' ? channel.address : '',
  stacks: channel?.stacks.join(', ') ?? '',
})

export const listOf = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map((each) => each.trim())
    .filter(Boolean)

const isMail = (text: string): boolean => /^[^\s@<>]+@[^\s@<>]+$|^[^<>@]*<[^\s@<>]+@[^\s@<>]+>$/.test(text)

/** What is wrong with what a channel is called and told of. */
export const wrongOf = (name: string, on: ReadonlySet<string>): { readonly name?: string; readonly on?: string } => ({
  ...(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/.test(name.trim())
    ? {}
    : { name: 'Letters, digits, dots, dashes, such as ops-slack.' }),
  ...(on.size > 0 ? {} : { on: 'Choose at least one thing it is told of.' }),
})

/** Where messages go, by the fields, or what is wrong with each. */
export function specOf(draft: Draft): { spec: NotificationChannelSpec } | { wrong: Wrong } {
  const wrong: { -readonly [F in keyof Wrong]: Wrong[F] } = {}
  if (draft.kind !== 'email') {
    const url = draft.url.trim()
    if (!/^https?:\/\/[^\s/]+/.test(url) || !URL.canParse(url)) wrong.url = 'Start it with https:// or http://.'
    if (wrong.url) return { wrong }
    if (draft.kind !== 'webhook') return { spec: { kind: draft.kind, url } }
    return { spec: { kind: 'webhook', url, ...(draft.secret === '' ? {} : { secret: draft.secret }) } }
  }
  const port = Number(draft.port)
  const to = listOf(draft.to)
  const username = draft.username.trim()
  const bad = to.find((each) => !isMail(each))
  if (draft.host.trim() === '') wrong.host = 'The mail server, such as smtp.example.com.'
  if (!Number.isInteger(port) || port < 1 || port > 65_535) wrong.port = 'Mostly 587, or 465 with TLS.'
  if (!isMail(draft.from.trim())) wrong.from = 'An address such as wheelhouse@example.com.'
  if (to.length === 0) wrong.to = 'At least one address, such as ops@example.com.'
  else if (bad !== undefined) wrong.to = `${bad} is no address such as ops@example.com.`
  if (draft.password !== '' && username === '') wrong.username = 'A password needs a user name.'
  if (Object.keys(wrong).length > 0) return { wrong }
  return {
    spec: {
      kind: 'email',
      host: draft.host.trim(),
      port,
      secure: draft.secure,
      ...(username === '' ? {} : { username, password: draft.password }),
      from: draft.from.trim(),
      to,
    },
  }
}
