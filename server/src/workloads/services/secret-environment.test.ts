import { expect, test } from 'vitest'
import { maskEnvironment, maskNative, secretTexts } from './secret-environment.ts'

const environment = {
  DB_PASSWORD: 'ab1',
  DB_PASS: 'long enough',
  MYSQL_PWD: 'x',
  URL: 'postgres://u:pw1@one amqp://u:longer-pw@two',
  mailPass: 'y',
  MODE: 'fast',
  BYPASS: 'no',
}

test('variables whose names speak of secrets are masked, and passwords inside addresses', () => {
  expect(Object.fromEntries(maskEnvironment(environment).map(({ name, value }) => [name, value]))).toEqual({
    DB_PASSWORD: '[secret]',
    DB_PASS: '[secret]',
    MYSQL_PWD: '[secret]',
    URL: 'postgres://u:[secret]@one amqp://u:[secret]@two',
    mailPass: '[secret]',
    MODE: 'fast',
    BYPASS: 'no',
  })
})

test('the native document holds none of them, however short', () => {
  const native = {
    Config: {
      Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
      Cmd: ['serve', '--password', 'long enough', '--broker', 'longer-pw'],
    },
  }
  expect(maskNative(native, secretTexts(environment))).toEqual({
    Config: {
      Env: [
        'DB_PASSWORD=[secret]',
        'DB_PASS=[secret]',
        'MYSQL_PWD=[secret]',
        'URL=postgres://u:[secret]@one amqp://u:[secret]@two',
        'mailPass=[secret]',
        'MODE=fast',
        'BYPASS=no',
      ],
      Cmd: ['serve', '--password', '[secret]', '--broker', '[secret]'],
    },
  })
})

test('the longest value there can be costs nothing to look through', { timeout: 120_000 }, () => {
  const long = { LONG: 'a'.repeat(131_072), DOTS: 'a.'.repeat(65_536) }
  expect(maskEnvironment(long).every(({ masked }) => !masked)).toBe(true)
  expect(secretTexts(long)).toEqual([])
})
