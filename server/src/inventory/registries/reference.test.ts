import { expect, test } from 'vitest'
import { plainAddress, readReference, wholeName } from './reference.ts'

test.for([
  ['nginx', 'docker.io', 'library/nginx', 'nginx', 'latest', null],
  ['nginx:1.27', 'docker.io', 'library/nginx', 'nginx', '1.27', null],
  ['shop/web', 'docker.io', 'shop/web', 'shop/web', 'latest', null],
  ['docker.io/library/nginx:1', 'docker.io', 'library/nginx', 'docker.io/library/nginx', '1', null],
  ['localhost/web', 'localhost', 'web', 'localhost/web', 'latest', null],
  ['host:5000/a/b', 'host:5000', 'a/b', 'host:5000/a/b', 'latest', null],
  ['Registry.Example.com/a:2', 'registry.example.com', 'a', 'Registry.Example.com/a', '2', null],
  ['a@sha256:abc', 'docker.io', 'library/a', 'a', null, 'sha256:abc'],
  ['host:5000/a:1@sha256:abc', 'host:5000', 'a', 'host:5000/a', '1', 'sha256:abc'],
] as const)('%s', ([text, registry, repository, name, tag, digest]) => {
  expect(readReference(text)).toEqual({ registry, repository, name, tag, digest })
})

test('names are written as engines list them', () => {
  expect(wholeName('nginx')).toBe('nginx:latest')
  expect(wholeName('host:5000/a')).toBe('host:5000/a:latest')
  expect(wholeName('a:1@sha256:abc')).toBe('a@sha256:abc')
  expect(plainAddress('Index.Docker.io')).toBe('docker.io')
})
