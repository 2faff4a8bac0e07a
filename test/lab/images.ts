import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environment, run, which } from './command.ts'
import { type Component, Unavailable } from './component.ts'
import { call } from './engine-api.ts'
import { port, subfolder } from './place.ts'

/** PID 1 ignores TERM unless it traps it: these end at once, so that a test's stop takes no ten seconds. */
const idle = 'trap "exit 0" TERM INT; while :; do sleep 1 & wait $!; done'
const chatter = 'trap "exit 0" TERM INT; n=0; while :; do n=$((n+1)); echo "line $n"; sleep 0.1 & wait $!; done'
const web = 'trap "exit 0" TERM INT; httpd -f -p 8080 -h /www & wait $!'

/** Every image is the same busybox tree; the changes make it a different one. */
export const images: Record<string, string[]> = {
  'lab/busybox:1': [command(idle)],
  'lab/busybox:2': [command(idle), 'LABEL lab.version=2'],
  'lab/chatter:1': [command(chatter)], // ten lines a second
  'lab/web:1': [command(web), 'EXPOSE 8080/tcp'], // answers "hello" on 8080
  'lab/web:2': [command(web), 'EXPOSE 8080/tcp', 'LABEL lab.version=2'],
}

/**
 * Images without a public registry. The lab's own registry holds `lab/busybox:1` and `lab/pullable:1`; the second is not
 * in the engine, so that pulling it shows real progress.
 */
export const imagesOfLab: Component = {
  name: 'images',
  after: ['engine', 'registry'],
  async up(memory) {
    if (!memory.variables.engine) throw new Unavailable('there is no engine to import them into')
    const tree = await makeTree()
    for (const [name, changes] of Object.entries(images)) await importTree(tree, name, changes)
    if (memory.variables.registry) {
      const registry = `127.0.0.1:${port(memory, 'registry')}`
      await call('POST', `/images/lab/busybox:1/tag?repo=${registry}/lab/busybox&tag=1`)
      writeFileSync(join(tree, 'ballast'), randomBytes(4 << 20)) // incompressible: the pull has something to count
      await importTree(tree, `${registry}/lab/pullable:1`, [command(idle)])
      for (const name of ['busybox', 'pullable']) await push(`${registry}/lab/${name}`)
    }
    rmSync(tree, { recursive: true })
    return { variables: {} }
  },
  async down() {}, // they go with the engine
  async answers() {
    return call('GET', '/images/lab/busybox:1/json').then(
      () => true,
      () => false,
    )
  },
}

function command(script: string): string {
  return `CMD ${JSON.stringify(['sh', '-c', script])}`
}

async function makeTree(): Promise<string> {
  const program = which('busybox')
  if (!program) throw new Unavailable('busybox-static is not installed')
  const tree = subfolder('tree')
  for (const name of ['bin', 'etc', 'proc', 'sys', 'dev', 'root', 'www'])
    mkdirSync(join(tree, name), { recursive: true })
  mkdirSync(join(tree, 'tmp'), { recursive: true, mode: 0o1777 })
  copyFileSync(program, join(tree, 'bin/busybox'))
  for (const name of (await run(program, ['--list'])).split('\n')) {
    if (name !== 'busybox') symlinkSync('busybox', join(tree, 'bin', name))
  }
  writeFileSync(join(tree, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n')
  writeFileSync(join(tree, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n')
  writeFileSync(join(tree, 'www/index.html'), 'hello\n')
  return tree
}

async function importTree(tree: string, name: string, changes: string[]): Promise<void> {
  const query = new URLSearchParams({
    fromSrc: '-',
    repo: name.slice(0, name.lastIndexOf(':')),
    tag: name.split(':').at(-1) ?? '',
  })
  for (const change of ['ENV PATH=/bin', ...changes]) query.append('changes', change)
  const tar = spawn('tar', ['-C', tree, '--owner=0', '--group=0', '-c', '.'], { env: environment })
  await call('POST', `/images/create?${query.toString()}`, tar.stdout)
}

/** Pushes a tag and forgets it here. The engine wants credentials, be they empty. */
export async function push(name: string, tag = '1'): Promise<void> {
  await call('POST', `/images/${name}/push?tag=${tag}`, undefined, { 'x-registry-auth': btoa('{}') })
  await call('DELETE', `/images/${name}:${tag}`)
}
