import { services } from '../../../api/fleet.ts'
import { useRow } from '../../../api/row-store.ts'
import { useUsage } from '../../../api/observation/usage.ts'
import { bytes, percent } from '../../../ui/format/number.ts'

/** What it uses now. */
export function ServiceUsage({ id }: { id: string }) {
  const row = useRow(services, id)
  const usage = useUsage(id)?.latest ?? row?.usage ?? null
  if (!usage) return <span>–</span>
  const { cpuPercent, memoryBytes } = usage
  return (
    <span>
      {cpuPercent === null ? '–' : percent(cpuPercent)} · {memoryBytes === null ? '–' : bytes(memoryBytes)}
    </span>
  )
}
