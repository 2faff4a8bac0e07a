import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { door, inside } from './frame.tsx'

const login = createRoute({
  ...door,
  path: '/login',
  component: lazyRouteComponent(() => import('../pages/identity/door/login.tsx'), 'Login'),
})
const setup = createRoute({
  ...door,
  path: '/setup',
  component: lazyRouteComponent(() => import('../pages/identity/door/setup.tsx'), 'Setup'),
})
const audit = createRoute({
  ...inside,
  path: '/audit',
  component: lazyRouteComponent(() => import('../pages/identity/audit/audit.tsx'), 'Audit'),
})
const users = createRoute({
  ...inside,
  path: '/users',
  component: lazyRouteComponent(() => import('../pages/identity/users/user-list.tsx'), 'UserList'),
})
const user = createRoute({
  ...inside,
  path: '/users/$id',
  component: lazyRouteComponent(() => import('../pages/identity/users/user-page.tsx'), 'UserPage'),
})
const tokens = createRoute({
  ...inside,
  path: '/tokens',
  component: lazyRouteComponent(() => import('../pages/identity/tokens/token-list.tsx'), 'TokenList'),
})
const sessions = createRoute({
  ...inside,
  path: '/sessions',
  component: lazyRouteComponent(() => import('../pages/identity/profile/session-list.tsx'), 'SessionList'),
})
const profile = createRoute({
  ...inside,
  path: '/profile',
  component: lazyRouteComponent(() => import('../pages/identity/profile/profile.tsx'), 'Profile'),
})

/** Inside the frame. */
export const identity = [audit, users, user, tokens, sessions, profile]

/** Beside the frame. */
export const identityBeside = [login, setup]
