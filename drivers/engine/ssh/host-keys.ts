import { createHash } from 'node:crypto'
import type { HostKey } from '@wheelhouse/driver'
import { run } from '@wheelhouse/platform/exec'
import type { SshDestination } from './destination.ts'

const linePattern = /^(\S+) (ssh-\S+|ecdsa-\S+|sk-\S+) ([A-Za-z0-9+/]+={0,2})$/

/** The keys that a host shows to anybody, by ssh-keyscan; none where it does not answer in five seconds. */
export async function hostKeysOf(to: SshDestination, signal?: AbortSignal): Promise<readonly HostKey[]> {
  const port = to.port === null ? [] : (['-p', String(to.port)] as const)
  const { stdout } = await run(['ssh-keyscan', '-T', '5', ...port, '--', to.host], {
    timeoutMs: 15_000,
    maxOutputBytes: 65_536,
    ...(signal ? { signal } : {}),
  }).catch(() => ({ stdout: '' }))
  return stdout.split('\n').flatMap((line) => {
    const match = linePattern.exec(line.trim())
    if (!match) return []
    const digest = createHash('sha256')
      .update(Buffer.from(match[3] ?? '', 'base64'))
      .digest('base64')
    return [{ type: match[2] ?? '', fingerprint: `SHA256:${digest.replace(/=+$/, '')}`, line: line.trim() }]
  })
}
