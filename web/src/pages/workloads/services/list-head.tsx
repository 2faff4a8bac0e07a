import { ArrowDown } from 'lucide-react'
import { narrowColumns, serviceColumns } from './service-row.tsx'
import type { Sort } from './filter.ts'

interface Props {
  readonly sort: Sort
  readonly onSort: (sort: Sort) => void
  readonly all: boolean
  readonly some: boolean
  readonly onAll: () => void
}

export function ListHead({ sort, onSort, all, some, onAll }: Props) {
  const head = (label: string, by: Sort | null, classes = '') => (
    <span
      role="columnheader"
      className={`cut ${classes}`}
      {...(by === sort ? { 'aria-sort': 'descending' as const } : {})}
    >
      {by ? (
        <button type="button" onClick={() => onSort(by === sort ? 'needs' : by)}>
          {label}
          {by === sort && <ArrowDown className="inline size-3 ml-1" aria-hidden />}
        </button>
      ) : (
        label
      )}
    </span>
  )
  return (
    <div role="row" className="tr th">
      <span role="columnheader">
        <input
          type="checkbox"
          className="check"
          aria-label="Select all shown"
          checked={all}
          ref={(box) => {
            if (box) box.indeterminate = some && !all
          }}
          onChange={onAll}
        />
      </span>
      {head('Service', 'name')}
      {head('Stack', null, 'hide-narrow')}
      {head('Target', 'target')}
      {head('Image or command', null, 'hide-narrow')}
      {head('Ports', null)}
      {head('Restarts', null, 'num hide-narrow')}
      {head('CPU of a core', 'cpu')}
      {head('Memory', 'memory')}
      {head('Changed', 'changed', 'num')}
      <span role="columnheader">
        <span className="vh">Actions</span>
      </span>
    </div>
  )
}

export const columnsFor = (narrow: boolean): string => (narrow ? narrowColumns : serviceColumns)
