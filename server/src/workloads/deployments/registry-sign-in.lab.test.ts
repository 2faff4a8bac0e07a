import { afterAll, beforeAll, expect, test } from 'vitest'
import { suite, where } from '../../../../test/needs.ts'
import { ContainerHouse, serving, told } from './testing/container-stack.ts'

suite('images of a registry with login', ['docker', 'registryLogin'], () => {
  const login = new URL(where('registryLogin'))
  const image = `${login.host}/sign-in-${process.pid}/web:1`
  const { host: address, username, password } = login
  let at: ContainerHouse

  beforeAll(async () => {
    at = await ContainerHouse.open(where('docker'))
    const images = at.connection.images!
    await at.connection.tagImage!('lab/web:1', image)
    await images.push(image, { address, username, password }, () => undefined, AbortSignal.timeout(60_000))
    await gone()
  }, 120_000)
  afterAll(async () => {
    await gone()
    await at?.close()
  })
  const gone = (): Promise<void> => at.connection.removeImage!(image).catch(() => undefined)

  const compose = (name: string): string =>
    `name: ${name}\nservices:\n  web: { image: "${image}", command: [sh, -c, ${JSON.stringify(serving().replaceAll('$', '$$$$'))}], stop_grace_period: 1s }\n`

  async function applied(name: string) {
    const target = at.house.house.domains.targets.registry.targets().find(({ kind }) => kind === 'docker')!.name
    const { id } = await at.house.admin.stacks.apply({ source: compose(name), target })
    for (;;) {
      const job = await at.house.admin.jobs.get({ id })
      if (job.finishedAt) return job
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }

  test('are pulled with the sign-in that is kept, by a stack and by a deployment', { timeout: 120_000 }, async () => {
    const [stack, deployed] = [at.name(), at.name()]
    const refused = await applied(stack)
    expect(refused.state).toBe('failed')
    expect(refused.error?.message).toContain('Add its registry with a user name and a password')
    expect(at.services(stack)).toEqual([])

    const { registries } = at.house.admin
    const { id } = await registries.add({ name: 'login', address, username, password, insecure: true })
    const job = await applied(stack)
    expect(job.error).toBeNull()
    expect(at.service(stack, 'web-1')).toMatchObject({ state: 'running', image })
    expect(JSON.stringify(job)).not.toContain(password)
    expect((await registries.list({})).items.find((one) => one.id === id)?.state).toBe('ok')

    const { nativeId } = at.house.house.domains.targets.registry.reach(at.service(stack, 'web-1').id)
    await at.connection.remove(nativeId, { force: true, volumes: true })
    await gone()
    const target = at.house.house.domains.targets.registry.targets().find(({ kind }) => kind === 'docker')!.name
    const run = await at.deploy({ source: compose(deployed), target, skip: ['watch'] })
    expect(run.state, told(run)).toBe('succeeded')
    expect(at.service(deployed, 'web-1').image).toContain(`sign-in-${process.pid}`)
    expect(JSON.stringify(run)).not.toContain(password)
  })
})
