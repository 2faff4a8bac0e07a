import { afterAll, beforeAll, expect, test } from 'vitest'
import { container, idle } from '../../../test/docker/container.ts'
import { EngineBench, never } from '../../../test/docker/engine-bench.ts'
import { suite } from '../../../test/needs.ts'

suite('docker remove', ['docker'], () => {
  let bench: EngineBench
  beforeAll(() => {
    bench = new EngineBench()
  })
  afterAll(() => bench.close())
  const quiet = (): void => undefined
  const options = { force: true, volumes: true }

  test('a name is a name, and not the beginning of the id of another', async () => {
    const name = bench.name('kept')
    const id = await bench.connection.create(container(name, idle), quiet, never)
    for (const length of [4, 12, 63]) {
      const start = id.slice(0, length)
      await expect(bench.connection.remove(start, options), start).rejects.toMatchObject({ code: 'NOT_FOUND' })
    }
    await expect(bench.connection.inspect(id)).resolves.toBeDefined()
    await bench.connection.remove(name, options)
    await expect(bench.connection.inspect(id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
