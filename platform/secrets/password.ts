import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

const derive = promisify(argon2)

interface Cost {
  readonly memory: number
  readonly passes: number
  readonly parallelism: number
}

/** Kibibytes, passes and lanes: the first choice of the OWASP password storage recommendations for small servers. */
const cost: Cost = { memory: 19_456, passes: 2, parallelism: 1 }
const MOST_MEMORY = 1_048_576
const AT_ONCE = 2

let running = 0
const waiting: (() => void)[] = []

/** Each run takes 19 MiB and a core: a storm of logins waits in line instead of eating the machine. */
async function inLine<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
  else running += 1
  try {
    return await work()
  } finally {
    const next = waiting.shift()
    if (next) next()
    else running -= 1
  }
}

/** Argon2id as a PHC string: `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await inLine(() => tag(password, salt, cost, 32))
  const costs = `m=${cost.memory},t=${cost.passes},p=${cost.parallelism}`
  return `$argon2id$v=19$${costs}$${unpadded(salt)}$${unpadded(hash)}`
}

const phc = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,3})\$([A-Za-z0-9+/]{11,86})\$([A-Za-z0-9+/]{22,86})$/

/** False for a wrong password and for a hash that is no Argon2id PHC string or asks for more than 1 GiB. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const [, memory, passes, parallelism, salt, expected] = phc.exec(hash) ?? []
  if (!salt || !expected || Number(memory) > MOST_MEMORY) return false
  const wanted = Buffer.from(expected, 'base64')
  const asked = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  if (asked.passes < 1 || asked.parallelism < 1 || asked.memory < 8 * asked.parallelism) return false
  const found = await inLine(() => tag(password, Buffer.from(salt, 'base64'), asked, wanted.length))
  return timingSafeEqual(found, wanted)
}

function tag(
  password: string,
  nonce: Buffer,
  { memory, passes, parallelism }: Cost,
  tagLength: number,
): Promise<Buffer> {
  // NFKC: the same password typed on two keyboards may arrive in two forms.
  const message = password.normalize('NFKC')
  return derive('argon2id', { message, nonce, parallelism, tagLength, memory, passes })
}

function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}
