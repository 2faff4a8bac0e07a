import type { HealthCheckSpec } from '@wheelhouse/contract'
import { secretMark } from '@wheelhouse/platform/log'
import { guardedAddress, troubleWords } from '../../inventory/outbound/index.ts'
import type { Login, Session } from './login.ts'

export type StoreSpec = Extract<HealthCheckSpec, { kind: 'database' | 'queue' }>

/** Signs in and runs `work`; what it throws is a clause for people, without the password. The connection is cut when `signal` aborts and when the work has ended. */
export async function withSession<T>(
  spec: StoreSpec,
  secret: (name: string) => Promise<string | null>,
  signal: AbortSignal,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const { passwordVariable } = spec
  const password = passwordVariable === null ? null : await secret(passwordVariable)
  if (passwordVariable !== null && password === null)
    throw new Error(`the service has no variable ${passwordVariable}, so there is no password to sign in with`)
  let session: Session | null = null
  const cut = (): void => session?.close()
  try {
    const { address } = await guardedAddress(spec.host)
    const { port, username, database, timeoutMs } = spec
    const login: Login = { address, port, username, password, database, timeoutMs }
    session = await openers[spec.engine](login)
    signal.addEventListener('abort', cut, { once: true })
    signal.throwIfAborted()
    return await work(session)
  } catch (error) {
    throw new Error(cleaned(troubleWords(error) ?? saidBy(error), password), { cause: error })
  } finally {
    signal.removeEventListener('abort', cut)
    session?.close()
  }
}

// Each client library is loaded with the first check that needs it.
const openers: Readonly<Record<StoreSpec['engine'], (login: Login) => Promise<Session>>> = {
  mysql: async (login) => (await import('./mysql.ts')).openMysql(login),
  postgres: async (login) => (await import('./postgres.ts')).openPostgres(login),
  redis: async (login) => (await import('./redis.ts')).openRedis(login),
}

const signInRefused = new Set(['28P01', '28000', 'ER_ACCESS_DENIED_ERROR', 'ER_DBACCESS_DENIED_ERROR'])
function saidBy(error: unknown): string {
  if (!(error instanceof Error)) return 'failed'
  const code = (error as { code?: unknown }).code
  if ((typeof code === 'string' && signInRefused.has(code)) || /^(WRONGPASS|NOAUTH|NOPERM)/.test(error.message))
    return 'refused user name or password'
  return error.message === '' ? 'failed' : error.message
}

const cleaned = (message: string, password: string | null): string =>
  password === null || password === '' ? message : message.replaceAll(password, secretMark)
