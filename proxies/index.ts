export type { Proxy, Route, Upstream, UpstreamStats } from './proxy/index.ts'
