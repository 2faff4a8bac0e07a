import { beforeEach, expect, test } from 'vitest'
import { certificate } from './delivery-things.ts'
import { scene } from './stage.ts'
import { listOf } from './things.ts'

const at = scene()
const authority = {
  source: 'wheelhouse',
  subject: 'CN=Wheelhouse local authority',
  notAfter: '2036-01-01T00:00:00.000Z',
  trusted: false,
  trustedBy: 'the trust store does not have it',
  certificate: 'PEM',
}

beforeEach(() => {
  at.server.on('POST /api/v1/certificates', certificate('app.test'))
  at.server.on(
    'GET /api/v1/certificates',
    listOf([certificate('app.test'), certificate('old.test', { state: 'expired', daysLeft: -3 })]),
  )
  at.server.on('GET /api/v1/certificates/app.test', certificate('app.test'))
  at.server.on('GET /api/v1/certificates/authority', authority)
})

test('generate takes domains with commas or one by one, and makes the folder absolute', async () => {
  const flags =
    '--domains 192.168.100.85,localhost --domains *.app.test --install-trust --folder certs --name app --days 90'
  const { exit, stdout } = await at.run('cert', 'generate', ...flags.split(' '))
  expect(exit).toBe(0)
  expect(stdout).toContain('/srv/certs/app.test+1.pem')
  expect(at.sent('POST /api/v1/certificates')).toEqual({
    domains: ['192.168.100.85', 'localhost', '*.app.test'],
    installTrust: true,
    folder: `${at.folder}/certs`,
    name: 'app',
    days: 90,
  })
  expect((await at.run('cert', 'generate', '--domains', 'a.test')).stderr).toContain('wh cert trust')
  expect(await at.run('cert', 'generate')).toMatchObject({ exit: 2 })
})

test('info lists all with the authority, or shows one', async () => {
  const { stdout } = await at.run('cert', 'info', '-o', 'wide')
  expect(stdout).toMatch(/old\.test +expired +3 days over/)
  expect(stdout).toContain('no: the trust store does not have it')
  expect((await at.run('cert', 'info', 'app.test')).stdout).toContain('EC P-256')
  expect((await at.run('cert', 'info', 'ap.test')).stderr).toContain('Nearest name: app.test.')
  expect((await at.run('get', 'certs', '-o', 'name')).stdout).toBe('app.test\nold.test\n')
  expect(JSON.parse((await at.run('cert', 'info', '-o', 'json')).stdout)).toMatchObject({
    authority: { trusted: false },
  })
})

test('verify tells each check and exits with 1 when one failed', async () => {
  const checks = [
    { name: 'domain', ok: true, message: 'app.test is in it' },
    { name: 'chain', ok: false, message: 'the authority is not trusted' },
  ]
  at.server.on('POST /api/v1/certificates/verify', { ok: false, checks, certificate: certificate('app.test') })
  const { exit, stdout } = await at.run(
    'cert',
    'verify',
    '--domain',
    'app.test',
    '--address',
    'localhost:443',
    '--name',
    'app.test',
  )
  expect({ exit, stdout }).toEqual({
    exit: 1,
    stdout: '✓ domain  app.test is in it\n◆ chain  the authority is not trusted\n',
  })
  expect(at.sent('POST /api/v1/certificates/verify')).toEqual({
    domain: 'app.test',
    address: 'localhost:443',
    id: 'cert-app.test',
  })
  expect(await at.run('cert', 'verify')).toMatchObject({ exit: 2 })
})

test('trust installs the authority, --undo takes it out, and neither claims what did not happen', async () => {
  at.server.on('POST /api/v1/certificates/trust', ({ body }: { body: { trust: boolean } }) => ({
    body: { ...authority, trusted: body.trust, trustedBy: 'the trust store' },
  }))
  expect((await at.run('cert', 'trust')).stderr).toContain('The system of the control plane trusts it.')
  expect((await at.run('cert', 'trust', '--undo')).stderr).toContain('It is trusted no more.')
  expect(at.sent('POST /api/v1/certificates/trust')).toEqual({ trust: false })
  at.server.on('POST /api/v1/certificates/trust', authority)
  expect(await at.run('cert', 'trust')).toMatchObject({ exit: 1 })
})
