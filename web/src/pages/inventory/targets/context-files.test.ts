import { contextsOf } from '@wheelhouse/client/docker-contexts'
import { tarEnd, tarHeader, tarPadding } from '@wheelhouse/client/tar'
import { expect, test } from 'vitest'
import { readContextFiles } from './context-files.ts'

const meta = (name: string): string =>
  JSON.stringify({ Name: name, Endpoints: { docker: { Host: `tcp://${name}:2376` } } })
const of = (path: string, text: string): File => {
  const file = new File([text], path.split('/').at(-1) ?? path)
  Object.defineProperty(file, 'webkitRelativePath', { value: path })
  return file
}
const archive = (name: string, entries: Record<string, string>): File => {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (const [path, text] of Object.entries(entries)) {
    const data = new TextEncoder().encode(text)
    const entry = { name: path, kind: 'file' as const, sizeBytes: data.length, mode: 0o600, modifiedAtMs: 0 }
    parts.push(tarHeader(entry), data, tarPadding(data.length))
  }
  return new File([...parts, tarEnd()], name)
}

test('a folder of docker context and exported archives bring the same', async () => {
  const files = await readContextFiles([
    of('contexts/meta/d1/meta.json', meta('one')),
    of('contexts/tls/d1/docker/ca.pem', 'CA'),
    of('contexts/config.json', '{"auths":{}}'),
    archive('two.dockercontext', { 'meta.json': meta('two'), 'tls/docker/key.pem': 'KEY', 'other.txt': 'x' }),
    archive('three.dockercontext', { './meta.json': meta('three') }),
  ])
  expect([...files.keys()].some((path) => path.endsWith('config.json') || path.endsWith('other.txt'))).toBe(false)
  expect(contextsOf(files).map(({ name, tls }) => [name, tls])).toEqual([
    ['one', { ca: 'CA' }],
    ['three', null],
    ['two', { key: 'KEY' }],
  ])
})

test('what is no archive is told by its name', async () => {
  await expect(readContextFiles([new File(['not a tar at all'.repeat(64)], 'bad.dockercontext')])).rejects.toThrow(
    /bad\.dockercontext cannot be read/,
  )
})
