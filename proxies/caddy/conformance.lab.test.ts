import { suite, where } from '../../test/needs.ts'
import { conformance } from '../proxy/conformance.ts'
import { createCaddy } from './caddy.ts'
import { CaddyProcess } from './testing.ts'

suite('caddy', ['caddy'], () => {
  conformance('Caddy', async () => {
    const caddy = new CaddyProcess(where('caddy'))
    await caddy.start()
    const plane = () => createCaddy({ address: caddy.address })
    return {
      proxy: plane(),
      anotherControlPlane: plane,
      restart: () => caddy.restart(),
      closesConnections: true,
      resendsBodies: false,
      close: () => caddy.close(),
    }
  })
})
