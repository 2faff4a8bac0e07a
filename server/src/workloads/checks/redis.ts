import { Redis } from 'ioredis'
import type { Login, Session } from './login.ts'

export async function openRedis(login: Login): Promise<Session> {
  const client = new Redis({
    host: login.address,
    port: login.port,
    lazyConnect: true,
    enableReadyCheck: false,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: login.timeoutMs,
  })
  let trouble: Error | null = null
  client.on('error', (error: Error) => (trouble ??= error))
  const close = (): void => client.disconnect()
  try {
    // What it rejects with is "Connection is closed."; the event before it says why.
    await client.connect().catch((error: unknown) => {
      throw trouble ?? error
    })
    // By hand: the library would only warn on the console where the server wants no password.
    if (login.password !== null)
      await (login.username === null ? client.auth(login.password) : client.auth(login.username, login.password))
    if (login.database !== null && login.database !== '') await client.select(databaseNumber(login.database))
  } catch (error) {
    close()
    throw error
  }
  return {
    async ping() {
      await client.ping()
    },
    async count(name) {
      const kind = await client.type(name)
      // An empty queue is no key at all.
      if (kind === 'none') return 0
      if (kind === 'list') return client.llen(name)
      if (kind === 'zset') return client.zcard(name)
      if (kind === 'stream') return client.xlen(name)
      if (kind === 'set') return client.scard(name)
      throw new Error(`${name} is a ${kind}, not a list, set or stream`)
    },
    close,
  }
}

function databaseNumber(text: string): number {
  const number = Number(text)
  if (!Number.isInteger(number) || number < 0) throw new Error('a Redis database is a number, such as 0')
  return number
}
