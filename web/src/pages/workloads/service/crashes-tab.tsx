import type { Service } from '@wheelhouse/contract'
import { CrashList } from '../../observation/crashes/crash-list.tsx'

/** When it fell, also as containers that are gone. */
export function CrashesTab({ service }: { service: Service }) {
  return (
    <div className="page">
      <div className="panel">
        <CrashList filter={{ service: service.id }} named={false} />
      </div>
    </div>
  )
}
