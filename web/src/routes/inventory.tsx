import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { inside, nested } from './frame.tsx'

const registries = createRoute({ ...inside, path: '/registries', ...nested })
const registryList = createRoute({
  getParentRoute: () => registries,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/inventory/registries/registry-list.tsx'), 'RegistryList'),
})
const registry = createRoute({
  getParentRoute: () => registries,
  path: '$id',
  component: lazyRouteComponent(() => import('../pages/inventory/registries/registry-page.tsx'), 'RegistryPage'),
})
const targets = createRoute({
  ...inside,
  path: '/targets',
  component: lazyRouteComponent(() => import('../pages/inventory/targets/target-list.tsx'), 'TargetList'),
})
const compareHosts = createRoute({
  ...inside,
  path: '/targets/compare',
  component: lazyRouteComponent(() => import('../pages/inventory/hosts/compare-hosts.tsx'), 'CompareHosts'),
})
const target = createRoute({
  ...inside,
  path: '/targets/$id',
  component: lazyRouteComponent(() => import('../pages/inventory/targets/target-page.tsx'), 'TargetPage'),
})
const engine = createRoute({
  ...inside,
  path: '/targets/$id/engine',
  component: lazyRouteComponent(() => import('../pages/inventory/engine/engine-page.tsx'), 'EnginePage'),
})
const policies = createRoute({
  ...inside,
  path: '/policies',
  component: lazyRouteComponent(() => import('../pages/inventory/policies/policy-page.tsx'), 'PolicyPage'),
})
const configs = createRoute({ ...inside, path: '/configs', ...nested })
const configList = createRoute({
  getParentRoute: () => configs,
  path: '/',
  component: lazyRouteComponent(() => import('../pages/inventory/configs/config-list.tsx'), 'ConfigList'),
})
const newConfig = createRoute({
  getParentRoute: () => configs,
  path: 'new',
  component: lazyRouteComponent(() => import('../pages/inventory/configs/new-config.tsx'), 'NewConfig'),
})
const configPage = lazyRouteComponent(() => import('../pages/inventory/configs/config-page.tsx'), 'ConfigPage')
const config = createRoute({ getParentRoute: () => configs, path: '$id', component: configPage })
const configTab = createRoute({ getParentRoute: () => configs, path: '$id/$tab', component: configPage })
const certificates = createRoute({ ...inside, path: '/certificates', ...nested })
const certificateList = createRoute({
  getParentRoute: () => certificates,
  path: '/',
  component: lazyRouteComponent(
    () => import('../pages/inventory/certificates/certificate-list.tsx'),
    'CertificateList',
  ),
})
const certificate = createRoute({
  getParentRoute: () => certificates,
  path: '$id',
  component: lazyRouteComponent(
    () => import('../pages/inventory/certificates/certificate-page.tsx'),
    'CertificatePage',
  ),
})

/** Inside the frame. */
export const inventory = [
  registries.addChildren([registryList, registry]),
  targets,
  compareHosts,
  target,
  engine,
  policies,
  configs.addChildren([configList, newConfig, config, configTab]),
  certificates.addChildren([certificateList, certificate]),
]
