import type { Deployment, DeploymentFrame, DeploymentLine } from '@wheelhouse/contract'
import type { Bus } from '@wheelhouse/platform/bus'

export const deploymentTopic = 'deployment'
const tellMs = 100

/** Tells every instance how a run stands: a deployment at most ten times a second, lines as they come. */
export class DeploymentFrames {
  readonly #bus: Bus
  readonly #waiting = new Map<string, Deployment>()
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(bus: Bus) {
    this.#bus = bus
  }

  deployment(deployment: Deployment, now = false): void {
    this.#waiting.set(deployment.id, deployment)
    if (now) this.#flush()
    else this.#timer ??= setTimeout(() => this.#flush(), tellMs)
  }

  line(deploymentId: string, line: DeploymentLine): void {
    this.#publish({ kind: 'line', deploymentId, line })
  }

  #flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    for (const deployment of this.#waiting.values()) this.#publish({ kind: 'deployment', deployment })
    this.#waiting.clear()
  }

  #publish(frame: DeploymentFrame): void {
    this.#bus.publish(deploymentTopic, frame)
  }
}

export function onDeploymentFrame(bus: Bus, listener: (frame: DeploymentFrame) => void): () => void {
  return bus.subscribe(deploymentTopic, (message) => listener(message as DeploymentFrame))
}
