import { expect, test } from 'vitest'
import { type Checked, checkValues } from './check-values.ts'
import { secretKeysOf } from './secret-keys.ts'

const check = (values: Record<string, string>, more: Partial<Checked> = {}) =>
  checkValues({ values, schema: null, secrets: [], ...more })
const messages = async (...given: Parameters<typeof check>) => (await check(...given)).map(({ message }) => message)

test('the rules of the house hold without a schema, and say what is allowed', async () => {
  expect(
    await check(
      { ENVIRONMENT: 'prod', APP_IP: '10.0.0', WEB_PORT: '80', DB_USERNAME: '', DB_PASSWORD: '' },
      { lines: new Map([['ENVIRONMENT', 3]]) },
    ),
  ).toEqual([
    {
      key: 'ENVIRONMENT',
      line: 3,
      severity: 'error',
      message: "ENVIRONMENT must be one of development, staging, production; it is 'prod'.",
    },
    {
      key: 'APP_IP',
      line: null,
      severity: 'error',
      message: "APP_IP must be an IPv4 address such as 192.168.1.10; it is '10.0.0'.",
    },
    {
      key: 'WEB_PORT',
      line: null,
      severity: 'error',
      message: "WEB_PORT must be a port from 1024 to 65535; it is '80'.",
    },
    { key: 'DB_USERNAME', line: null, severity: 'error', message: 'DB_USERNAME must not be empty.' },
    { key: 'DB_PASSWORD', line: null, severity: 'error', message: 'DB_PASSWORD must not be empty.' },
  ])
  expect(
    await check({
      ENVIRONMENT: 'staging',
      APP_IP: '10.0.0.1',
      WEB_PORT: '8080',
      DB_PASSWORD: 'x',
      ZIP: '1',
      EXPORT: 'x',
    }),
  ).toEqual([])
})

test('two ports on one host clash, on two hosts they do not', async () => {
  const lines = new Map([['A_PORT', 4]])
  expect(await messages({ A_PORT: '8000', B_PORT: '8000' }, { lines })).toEqual([
    "B_PORT must differ from A_PORT: both are on one host (line 4); it is '8000'.",
  ])
  expect(await messages({ A_PORT: '8000', A_HOST: 'localhost', B_PORT: '8000' })).toHaveLength(1)
  expect(await messages({ A_PORT: '8000', A_HOST: 'db1', B_PORT: '8000', B_IP: '10.0.0.2' })).toEqual([])
})

test('a schema may allow what the house would not', async () => {
  const schema = {
    properties: {
      WEB_PORT: { type: 'integer', minimum: 1 },
      ENVIRONMENT: { enum: ['test'] },
      API_KEY: { minLength: 0 },
    },
  }
  expect(await messages({ WEB_PORT: '80', ENVIRONMENT: 'test', API_KEY: '' }, { schema })).toEqual([])
})

test('all values gone is an error, an empty set that was empty is not', async () => {
  expect(await messages({}, { before: 20 })).toEqual([
    'There were 20 values before and there are none now. Put them back, or remove the config set.',
  ])
  expect(await messages({}, { before: 0 })).toEqual([])
})

test('types of a schema are read from the text, and values stay text', async () => {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    type: 'object',
    required: ['NAME', 'GONE'],
    additionalProperties: false,
    properties: {
      NAME: { type: 'string', pattern: '^[a-z]+$' },
      COUNT: { type: 'integer', maximum: 10 },
      RATIO: { type: 'number' },
      ON: { type: 'boolean' },
      MAIL: { type: 'string', format: 'email' },
      LEVEL: { enum: ['info', 'debug'] },
      TOKEN: { type: 'string', minLength: 10 },
    },
  }
  const values = {
    NAME: 'Ä',
    COUNT: '11',
    RATIO: 'x',
    ON: 'yes',
    MAIL: 'nobody',
    LEVEL: 'loud',
    TOKEN: 'hunter2',
    MORE: '1',
  }
  expect((await messages(values, { schema })).toSorted()).toEqual(
    [
      'GONE is missing. The schema requires it.',
      'MORE is not in the schema. Remove it, or add it there.',
      "NAME must match ^[a-z]+$; it is 'Ä'.",
      "COUNT must be 10 or less; it is '11'.",
      "RATIO must be a number; it is 'x'.",
      "ON must be a boolean; it is 'yes'.",
      "MAIL must be an e-mail address; it is 'nobody'.",
      "LEVEL must be one of info, debug; it is 'loud'.",
      'TOKEN must have 10 characters or more.',
    ].toSorted(),
  )
  expect(values.COUNT).toBe('11')
  expect(await messages({ NAME: 'a', GONE: 'x' }, { schema: { ...schema, additionalProperties: true } })).toEqual([])
})

test('nothing is said of a value that is not known', async () => {
  const schema = { properties: { TOKEN: { pattern: '^a' } } }
  expect(await messages({ TOKEN: '[secret]' }, { schema, masked: new Set(['TOKEN']) })).toEqual([])
})

test('a pattern that looks for ever is cut off and told', async () => {
  const schema = { properties: { A: { pattern: '^(a+)+$' } } }
  expect((await messages({ A: `${'a'.repeat(60)}!` }, { schema }))[0]).toMatch(/takes too long/)
})

test('what is no schema is refused, and one without end is told', async () => {
  await expect(check({ A: '1' }, { schema: { type: 'nonsense' } })).rejects.toThrow(/JSON Schema/)
  await expect(check({ A: '1' }, { schema: { $ref: 'http://example.org/x.json' } })).rejects.toThrow(/JSON Schema/)
  expect((await messages({ A: '1' }, { schema: { allOf: [{ $ref: '#' }] } }))[0]).toMatch(/without end/)
})

test('what is secret: by list, by schema, by name', async () => {
  const schema = { properties: { SALT: { writeOnly: true }, WORD: { format: 'password' } } }
  const keys = ['DB_HOST', 'DB_PASSWORD', 'SALT', 'WORD', 'LISTED']
  expect([...secretKeysOf(keys, ['LISTED'], schema)]).toEqual(['DB_PASSWORD', 'SALT', 'WORD', 'LISTED'])
})
