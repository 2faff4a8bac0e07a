import { useQuery } from '@tanstack/react-query'
import { client } from '../../../api/client.ts'
import { allPages } from '../../../api/fleet.ts'
import { keys } from '../../../api/keys.ts'
import { wordsFor } from '../../../api/trouble.ts'
import { SelectField } from '../../../ui/control/field.tsx'
import { useParam } from '../../../ui/control/use-url.ts'
import { Panel } from '../../../ui/page/panel.tsx'
import { Empty, Skeleton, TroubleBox } from '../../../ui/page/told.tsx'
import type { WholeConfig } from './whole-config.ts'
import { Difference } from './difference.tsx'

/** This config beside another one, such as that of another environment. */
export function CompareTab({ config }: { config: WholeConfig }) {
  const sets = useQuery({
    queryKey: keys.configs,
    queryFn: () => allPages((cursor) => client.configs.list({ limit: 500, ...(cursor ? { cursor } : {}) })),
  })
  const [chosen, setChosen] = useParam('with')
  if (sets.error) return <TroubleBox trouble={wordsFor(sets.error)} retry={() => void sets.refetch()} />
  if (!sets.data) return <Skeleton rows={3} />
  const others = sets.data.filter((set) => set.id !== config.id)
  if (others.length === 0)
    return <Empty title="There is no other config.">Make one, such as that of another environment.</Empty>
  // The nearest name first: shop-production beside shop-staging.
  const [stem = ''] = config.name.split('-')
  const near = others.find((set) => set.name.startsWith(`${stem}-`)) ?? others[0]
  const other = others.find((set) => set.name === chosen) ?? near
  return (
    <div className="panels">
      <Panel title={`Compare with ${other?.name ?? ''}`} span={12}>
        <div className="flex flex-col gap-3">
          <div className="max-w-90">
            <SelectField
              label="Other config"
              value={other?.name ?? ''}
              onChange={(event) => setChosen(event.target.value)}
            >
              {others.map((set) => (
                <option key={set.id} value={set.name}>
                  {set.name}
                  {set.environment === null ? '' : `, ${set.environment}`}
                </option>
              ))}
            </SelectField>
          </div>
          {other && <Difference input={{ id: config.id, with: other.id }} />}
        </div>
      </Panel>
    </div>
  )
}
