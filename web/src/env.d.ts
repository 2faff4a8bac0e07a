declare module 'virtual:operations' {
  import type { Table } from '@wheelhouse/client'
  export const operations: Table
}
