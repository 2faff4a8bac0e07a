import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createClient, tableOf } from '@wheelhouse/client'
import { contract } from '@wheelhouse/contract'
import { expect, test, vi } from 'vitest'

const patience = { timeout: 60_000, interval: 100 }
const root = resolve(import.meta.dirname, '../../../..')
const password = 'correct-horse-battery'

async function start(data: string): Promise<{ child: ChildProcess; client: ReturnType<typeof createClient> }> {
  const child = spawn(process.execPath, [join(root, 'server/src/main.ts')], {
    env: {
      ...process.env,
      WHEELHOUSE_DATA: data,
      WHEELHOUSE_PORT: '0',
      WHEELHOUSE_LOG_HISTORY: 'true',
      WHEELHOUSE_ADMIN_USERNAME: 'admin',
      WHEELHOUSE_ADMIN_PASSWORD: password,
      WHEELHOUSE_SETTLE_MS: '200',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const origin = await new Promise<string>((found, fail) => {
    let said = ''
    child.stdout!.on('data', (data: Buffer) => {
      said += data.toString()
      const [url] = /http:\/\/[\w.:[\]]+\d/.exec(said) ?? []
      if (url !== undefined) found(url)
    })
    child.once('exit', () => fail(new Error(`It ended: ${said}`)))
  })
  const table = tableOf(contract)
  const { accessToken } = await createClient({ origin, table, token: () => null }).auth.login({
    username: 'admin',
    password,
  })
  return { child, client: createClient({ origin, table, token: () => accessToken }) }
}

test(
  'killed within the stream, it goes on with the line behind the last one kept: none is lost, none is kept twice',
  { timeout: 240_000 },
  async () => {
    const data = mkdtempSync(join(tmpdir(), 'wheelhouse-lines-'))
    let running = await start(data)
    const count = async (): Promise<number[]> => {
      const numbers: number[] = []
      let cursor: string | undefined
      do {
        const page = await running.client.logHistory.search({
          ...{ stack: 'stream', q: 'number', order: 'oldest', limit: 1000 },
          ...(cursor === undefined ? {} : { cursor }),
        })
        numbers.push(...page.items.map(({ text }) => Number(text.slice('number '.length))))
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return numbers
    }
    try {
      const command = ['sh', '-c', 'i=0; while true; do i=$((i+1)); echo "number $i"; sleep 0.005; done'].map((word) =>
        word.replaceAll('$', '$$$$'),
      )
      const source = `name: stream\nservices:\n  web:\n    command: ${JSON.stringify(command)}\n`
      await running.client.stacks.apply({ source, target: 'local', directory: data })
      for (const least of [200, 500, 800]) {
        await vi.waitFor(async () => expect((await count()).length).toBeGreaterThan(least), patience)
        running.child.kill('SIGKILL')
        await new Promise((done) => running.child.once('exit', done))
        running = await start(data)
      }
      await vi.waitFor(async () => expect((await count()).length).toBeGreaterThan(1100), patience)
      const numbers = await count()
      expect(numbers).toEqual(numbers.map((_, index) => index + 1))
    } finally {
      await running.client.stacks.remove({ id: 'local:stream' }).catch(() => undefined)
      await vi
        .waitFor(
          async () => expect((await running.client.stacks.list({ target: 'local' })).items).toEqual([]),
          patience,
        )
        .catch(() => undefined)
      running.child.kill('SIGTERM')
      rmSync(data, { recursive: true, force: true, maxRetries: 5 })
    }
  },
)
