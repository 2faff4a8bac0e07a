import { randomBytes } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from '@wheelhouse/platform/exec'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../../../test/needs.ts'
import { GitHost } from '../testing/git-host.ts'
import { readGitAddress } from './git-address.ts'
import { openRepository } from './repository.ts'

suite('a repository over SSH', ['ssh'], () => {
  const keys = where('ssh')
  const key = (name: string): string => readFileSync(join(keys, name), 'utf8')
  let host: GitHost
  let folder: string
  beforeAll(async () => {
    host = await GitHost.open()
    folder = mkdtempSync(join(tmpdir(), 'wh-git-ssh-'))
    await host.commit('First', { 'compose.yaml': 'name: shop\n' })
    // The account of the node is another than that of the tests.
    chmodSync(host.folder, 0o755)
    const { host: node, username } = new URL(process.env.WHEELHOUSE_TEST_N1_SSH!)
    const files = ['-i', join(keys, 'id_ed25519'), '-o', `UserKnownHostsFile=${join(keys, 'known_hosts')}`]
    const { stdout: uid } = await run(['ssh', '-o', 'BatchMode=yes', ...files, `${username}@${node}`, 'id -u'])
    await run(['chown', '-R', uid.trim(), host.bare])
  }, 120_000)
  afterAll(() => {
    host.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const opened = (more: { privateKey?: string; hostKeys?: string; path?: string } = {}) =>
    openRepository({
      folder: join(folder, randomBytes(6).toString('hex')),
      address: readGitAddress(`${process.env.WHEELHOUSE_TEST_N1_SSH}${more.path ?? host.bare}`),
      branch: 'main',
      credential: {
        privateKey: more.privateKey ?? key('id_ed25519'),
        hostKeys: more.hostKeys ?? key('known_hosts'),
      },
      signal: AbortSignal.timeout(60_000),
    })

  test(
    'is read with a deploy key, once the key of the host is the one that is known',
    { timeout: 90_000 },
    async () => {
      const repository = await opened()
      const { message } = await repository.fetch()
      expect(message).toBe('First')
      expect(await repository.read('compose.yaml')).toBe('name: shop\n')
      await repository.close()

      const stranger = await opened({ privateKey: key('stranger') })
      await expect(stranger.head()).rejects.toMatchObject({
        code: 'TARGET_REFUSED',
        message: expect.stringContaining('does not take the deploy key') as string,
      })
      await stranger.close()

      const [name] = key('known_hosts').split(' ')
      const other = key('stranger.pub').split(' ').slice(0, 2).join(' ')
      for (const hostKeys of [`${name} ${other}\n`, '# none\n']) {
        const forged = await opened({ hostKeys })
        await expect(forged.head()).rejects.toMatchObject({
          code: 'TARGET_REFUSED',
          message: expect.stringContaining('shows a host key that is not the one given') as string,
        })
        await forged.close()
      }

      const missing = await opened({ path: '/none.git' })
      await expect(missing.head()).rejects.toMatchObject({
        message: expect.stringContaining('no such repository') as string,
      })
      await missing.close()
    },
  )
})
