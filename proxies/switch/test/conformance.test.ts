import { conformance } from '../../proxy/conformance.ts'
import { SwitchProcess } from './switch-process.ts'

conformance('the switch', async () => {
  const subject = new SwitchProcess()
  return {
    proxy: subject.proxy,
    anotherControlPlane: () => subject.controlPlane(),
    restart: () => subject.restart(),
    closesConnections: false,
    resendsBodies: true,
    close: () => subject.close(),
  }
})
