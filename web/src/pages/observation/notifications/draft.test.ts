import { expect, test } from 'vitest'
import { draftOf, specOf, wrongOf } from './draft.ts'

test('fields become a hook or a mail server', () => {
  const hook = { ...draftOf(null), url: ' https://hooks.example.com/T0/B0 ' }
  expect(specOf(hook)).toEqual({ spec: { kind: 'slack', url: 'https://hooks.example.com/T0/B0' } })
  expect(specOf({ ...hook, kind: 'webhook', secret: 's' })).toMatchObject({ spec: { kind: 'webhook', secret: 's' } })
  const mail = { ...draftOf(null), kind: 'email', host: 'smtp.example.com', from: 'w@example.com' } as const
  expect(specOf({ ...mail, to: 'a@example.com, b@example.com' })).toEqual({
    spec: {
      kind: 'email',
      host: 'smtp.example.com',
      port: 587,
      secure: false,
      from: 'w@example.com',
      to: ['a@example.com', 'b@example.com'],
    },
  })
})

test('each wrong field says what would work', () => {
  expect(specOf(draftOf(null))).toEqual({ wrong: { url: 'Start it with https:// or http://.' } })
  expect(specOf({ ...draftOf(null), kind: 'email', port: 'x', to: 'ops', password: 'p' })).toEqual({
    wrong: {
      host: 'The mail server, such as smtp.example.com.',
      port: 'Mostly 587, or 465 with TLS.',
      from: 'An address such as wheelhouse@example.com.',
      to: 'ops is no address such as ops@example.com.',
      username: 'A password needs a user name.',
    },
  })
})

test('a channel has a name and something it is told of', () => {
  expect(wrongOf(' ops-slack ', new Set(['failed']))).toEqual({})
  expect(wrongOf('ops slack', new Set())).toEqual({
    name: 'Letters, digits, dots, dashes, such as ops-slack.',
    on: 'Choose at least one thing it is told of.',
  })
})
