import type { Service } from '@wheelhouse/contract'
import { LifeList } from '../../observation/logs/lives/life-list.tsx'

/** From when to when it ran, also as containers that are gone. */
export function LivesTab({ service }: { service: Service }) {
  return (
    <div className="page">
      <div className="panel">
        <LifeList service={service.id} />
      </div>
    </div>
  )
}
