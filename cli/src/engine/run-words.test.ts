import { expect, test } from 'vitest'
import { readRunWords, shellText, withShellValues } from './run-words.ts'

const words = (text: string) => readRunWords(text.split(' '))

test('flags of ours are taken out wherever they stand before the image', () => {
  expect(words('-d --name web --target north -p 8080:80 --dry-run nginx:1 --target own')).toEqual({
    words: ['-d', '--name', 'web', '-p', '8080:80', 'nginx:1', '--target', 'own'],
    own: { target: 'north', envFiles: [], dryRun: true, start: true },
  })
  expect(words('--target=north --env-file a.env --env-file=b.env --no-start nginx').own).toEqual({
    target: 'north',
    envFiles: ['a.env', 'b.env'],
    dryRun: false,
    start: false,
  })
})

test('what a flag of docker takes is never read as one of ours', () => {
  expect(words('--name --dry-run nginx')).toMatchObject({ words: ['--name', '--dry-run', 'nginx'] })
  expect(words('-it --rm busybox sh').words).toEqual(['-it', '--rm', 'busybox', 'sh'])
  expect(words('-itp 80:80 busybox').words).toEqual(['-itp', '80:80', 'busybox'])
  expect(words('-p80:80 --name=web busybox').words).toEqual(['-p80:80', '--name=web', 'busybox'])
  expect(words('-- busybox --target x').words).toEqual(['busybox', '--target', 'x'])
})

test('an image has to be named, and -o stands first', () => {
  expect(() => words('-d --name web')).toThrow('Name an image')
  expect(() => words('--name web -o json nginx')).toThrow('stands first')
  expect(() => words('--target')).toThrow('takes a value')
})

test('variables without a value take that of this shell, up to the image', () => {
  const given = ['-e', 'MODE', '--env=HOME', '-e', 'A=1', '--env', 'NONE', 'nginx', '-e', 'MODE']
  expect(withShellValues(given, { MODE: 'x y', HOME: '/root' })).toEqual({
    words: ['-e', 'MODE=x y', '--env', 'HOME=/root', '-e', 'A=1', 'nginx', '-e', 'MODE'],
    missing: ['NONE'],
  })
})

test('words are written so that a shell reads the same', () => {
  expect(shellText(['docker', 'run', 'a b', "it's", '', '$X'])).toBe(String.raw`docker run 'a b' 'it'\''s' '' '$X'`)
})
