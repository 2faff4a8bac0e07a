const contains = [
  'password',
  'passwd',
  'passphrase',
  'secret',
  'token',
  'credential',
  'authorization',
  'cookie',
  'privatekey',
  'apikey',
]
const equals = new Set(['pass', 'pwd', 'pw', 'auth', 'jwt', 'otp', 'pin', 'dsn'])
const publicKeys = new Set(['publickey', 'primarykey', 'foreignkey', 'sortkey', 'hotkey', 'idempotencykey'])
// Names and figures about a secret are what an operator searches for; they hold nothing of its value.
const about =
  /(?:secret|token|password|cookie|credential|key)s?(?:id|ids|name|names|count|version|bytes|ms|at|kind|length)$/

/** True for a field whose name says that its value is not for reading: `apiKey`, `set-cookie`, `DB_PASSWORD`. */
export function isSecretKey(name: string): boolean {
  const key = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  if (about.test(key) || publicKeys.has(key)) return false
  // DB_PASS and mysqlPwd, but not bypass.
  const lastWord = /(?:[a-z]+|[A-Z][a-z]+|[A-Z]+)$/.exec(name)?.[0].toLowerCase()
  if (lastWord !== undefined && equals.has(lastWord)) return true
  return equals.has(key) || key.endsWith('key') || contains.some((part) => key.includes(part))
}
