import { hashPassword, verifyPassword } from '@wheelhouse/platform/secrets'
import { budget, type Bench } from '../figure.ts'
import { median, quantile } from '../quantile.ts'
import { account, openHouse } from '../subject/house.ts'

const rounds = 40

export const login: Bench = {
  name: 'login',
  about: 'POST /api/v1/auth/login; a bare argon2id of the same parameters beside it',
  async run() {
    const house = await openHouse()
    try {
      const hash = await hashPassword(account.password)
      const [logins, hashes]: [number[], number[]] = [[], []]
      for (let round = 0; round < rounds; round++) {
        let since = performance.now()
        await house.admin.auth.login(account)
        logins.push(performance.now() - since)
        since = performance.now()
        await verifyPassword(account.password, hash)
        hashes.push(performance.now() - since)
      }
      const p99 = quantile(logins, 0.99)
      const what = 'argon2id alone'
      return [
        { what: 'login, p50', value: median(logins), unit: 'ms', raw: { what, value: median(hashes) }, budget: null },
        {
          what: 'login, p99',
          value: p99,
          unit: 'ms',
          raw: { what, value: quantile(hashes, 0.99) },
          budget: budget('< 200 ms', p99 < 200),
        },
      ]
    } finally {
      await house.close()
    }
  },
}
