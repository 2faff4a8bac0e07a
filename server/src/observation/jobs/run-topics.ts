import { type DeploymentFrame, deploymentEnded } from '@wheelhouse/contract'
import { Topic } from '@wheelhouse/platform/feed'
import type { FeedTag } from '../../dispatch/index.ts'

/** A page that comes back within this time goes on where it was. */
const keptMs = 300_000
const mostRuns = 200

/** One topic for each run under way: its lines would drown those who watch the list. */
export class RunTopics {
  readonly #topics = new Map<string, Topic<FeedTag>>()

  of(deploymentId: string): Topic<FeedTag> {
    const known = this.#topics.get(deploymentId)
    if (known) return known
    const topic = new Topic<FeedTag>({ maxEntries: 5_000, maxBytes: 2_000_000 })
    this.#topics.set(deploymentId, topic)
    if (this.#topics.size > mostRuns) {
      const idle = [...this.#topics].find(([, one]) => one.subscribers === 0 && one !== topic)
      if (idle) this.#topics.delete(idle[0])
    }
    return topic
  }

  publish(frame: DeploymentFrame, tag: FeedTag): void {
    const id = frame.kind === 'deployment' ? frame.deployment.id : frame.kind === 'line' ? frame.deploymentId : null
    if (id === null) return
    this.of(id).publish(frame, tag)
    if (frame.kind === 'deployment' && deploymentEnded(frame.deployment.state)) this.#forgetLater(id)
  }

  #forgetLater(id: string): void {
    setTimeout(() => {
      if (this.#topics.get(id)?.subscribers === 0) this.#topics.delete(id)
    }, keptMs).unref()
  }
}
