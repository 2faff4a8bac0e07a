import { readTar } from '@wheelhouse/client/tar'
import { expect, test } from 'vitest'
import { dockerfileMistake, packContext, pathIn, readContext, sentOf } from './context.ts'

/** A file as a browser gives those of a folder that was picked. */
function picked(path: string, text = 'x'): File {
  const file = new File([text], path.split('/').at(-1) ?? '', { lastModified: 1.7e12 })
  Object.defineProperty(file, 'webkitRelativePath', { value: `shop/${path}` })
  return file
}

const read = async (files: readonly File[]) => (await readContext(files)) ?? expect.fail('it holds files')

test('a folder goes without what its .dockerignore leaves out, but with what the engine reads', async () => {
  const context = await read([
    picked('.dockerignore', 'node_modules\n*.log\nDockerfile*\n'),
    picked('Dockerfile', 'FROM scratch'),
    picked('src/main.js', 'run()'),
    picked('src/a.log'),
    picked('b.log'),
    picked('node_modules/left/index.js'),
  ])
  expect(context.folder).toBe('shop')
  const sent = sentOf(context, './Dockerfile')
  expect(sent.files.map(pathIn)).toEqual(['.dockerignore', 'Dockerfile', 'src/main.js', 'src/a.log'])
  expect(sent).toMatchObject({ leftOut: 2, sizeBytes: 31 + 12 + 5 + 1 })
  const names: [string, number][] = []
  await readTar(packContext(sent.files).stream(), async ({ name, mode }) => {
    names.push([name, mode])
  })
  expect(names).toContainEqual(['src/main.js', 0o755])
  expect(await readContext([])).toBeNull()
  const broken = await read([picked('.dockerignore', '[a'), picked('Dockerfile')])
  expect(() => sentOf(broken, 'Dockerfile')).toThrow('"[a" in .dockerignore is no pattern')
})

test('a Dockerfile that is not there is told with the one that may be meant', async () => {
  const context = await read([picked('docker/Dockerfile.web'), picked('readme.md')])
  expect(dockerfileMistake(context, 'Dockerfile')).toBe('shop has no Dockerfile. It has docker/Dockerfile.web.')
  expect(dockerfileMistake(context, 'docker/Dockerfile.web')).toBeNull()
  expect(dockerfileMistake(await read([picked('readme.md')]), 'Dockerfile')).toBe('shop has no Dockerfile.')
})
