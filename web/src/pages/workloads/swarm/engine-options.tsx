import type { Target } from '@wheelhouse/contract'

/** Engines to choose from; those that are not heard say so. */
export function EngineOptions({ engines }: { engines: readonly Target[] }) {
  return (
    <>
      {engines.length === 0 && <option value="">none</option>}
      {engines.map(({ id, name, state }) => (
        <option key={id} value={id}>
          {name}
          {state === 'connected' ? '' : ` (${state})`}
        </option>
      ))}
    </>
  )
}
