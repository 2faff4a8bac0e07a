import { describe, expect, it } from 'vitest'
import { readGitAddress, requireBranch, requireRepositoryPath } from './git-address.ts'

const refused = (text: string): unknown => {
  try {
    return readGitAddress(text)
  } catch (error) {
    return error
  }
}

describe('addresses of repositories', () => {
  it.each([
    ['https://code.example.com/shop/web.git', 'https', 'code.example.com', 443],
    ['https://code.example.com:8443/shop', 'https', 'code.example.com', 8443],
    ['http://10.0.0.5/shop.git', 'http', '10.0.0.5', 80],
    ['ssh://git@code.example.com/shop.git', 'ssh', 'code.example.com', 22],
    ['ssh://git@[fd12::1]:2222/srv/shop.git', 'ssh', 'fd12::1', 2222],
    ['git@code.example.com:shop/web.git', 'ssh', 'code.example.com', 22],
  ] as const)('%s is read', (text, kind, host, port) => {
    expect(readGitAddress(text)).toMatchObject({ kind, host, port })
  })

  it.each([
    'ext::sh -c touch% /tmp/pwned',
    'ext::sh',
    'file:///etc/passwd',
    '/srv/git/shop.git',
    '../shop.git',
    'git://code.example.com/shop.git',
    'ftp://code.example.com/shop.git',
    'https://user:token@code.example.com/shop.git',
    'https://token@code.example.com/shop.git',
    'ssh://code.example.com/shop.git',
    'ssh://-oProxyCommand=id@code.example.com/shop.git',
    'ssh://git@-oProxyCommand=id/shop.git',
    'ssh://git@code.example.com/-upload-pack',
    "ssh://git@code.example.com/x';id;'",
    '-oProxyCommand=id@host:path',
    'git@-host:path',
    'https://code.example.com',
    'https://code.example.com/shop.git?ref=x',
    'https://code.example.com/a\nb',
    '--upload-pack=touch /tmp/pwned',
  ])('%j is refused', (text) => {
    expect(refused(text)).toMatchObject({ code: 'VALIDATION_FAILED' })
  })

  it('shows no credential of an address that it refuses', () => {
    expect(String(refused('https://user:hunter22@code.example.com/shop.git'))).not.toContain('hunter22')
  })
})

it('takes names of branches as git does, and no option', () => {
  for (const right of ['main', 'feature/one-2', 'v1.0']) expect(requireBranch(right)).toBe(right)
  for (const wrong of ['-x', '--upload-pack=x', 'a..b', 'a//b', '/a', 'a/', 'a b', 'a@{1}', 'a.lock', '.a', 'a:b', ''])
    expect(() => requireBranch(wrong)).toThrow('is no name of a branch')
})

it('takes paths that stay in the repository', () => {
  expect(requireRepositoryPath('./deploy/compose.yaml')).toBe('deploy/compose.yaml')
  for (const wrong of ['../compose.yaml', '/etc/passwd', 'a/../../b', 'a//b', '.git/config', 'a\\b', ''])
    expect(() => requireRepositoryPath(wrong)).toThrow('is no path of a file')
})
