import { describe, expect, it } from 'vitest'
import { allowanceOf, firstRules } from '../../inventory/policies/index.ts'
import { reach, requireAllowed } from './policy.ts'
import { readStack } from './read-stack.ts'
import { admin, as } from './testing/stack-room.ts'

const rules = firstRules(['/srv/shared'])
const render = (lines: string, top = '') => {
  const source = `name: shop\nservices:\n  web:\n    image: x\n${lines.replace(/^/gm, '    ')}\n  side: { image: x }\n${top}`
  const { rendered, problems } = readStack({ source, directory: '/srv/shop' })
  expect(
    problems.filter((one) => one.severity === 'error'),
    lines,
  ).toEqual([])
  return rendered!
}
const reasons = (lines: string, top?: string) => reach(render(lines, top), rules)

describe('the policy of stacks', () => {
  it('finds everything that reaches beyond the stack, on every path to it', () => {
    for (const [lines, words, top] of [
      ['privileged: true', 'runs privileged'],
      ['oom_score_adj: -1000', 'spared'],
      ['cap_add: [cap_sys_admin]', 'SYS_ADMIN'],
      ['cap_add: [ALL]', 'capability ALL'],
      ['devices: [/dev/kmsg]', '/dev/kmsg'],
      ['security_opt: ["seccomp:unconfined"]', 'seccomp=unconfined'],
      ['security_opt: ["apparmor=unconfined"]', 'apparmor'],
      ['security_opt: ["no-new-privileges:false"]', 'no-new-privileges'],
      ['security_opt: ["label:disable"]', 'label'],
      ['network_mode: host', 'network of the host'],
      ['network_mode: "container:other"', 'not of this stack'],
      ['networks: [h]', 'network of the host', 'networks: { h: { external: true, name: host } }'],
      ['networks: [h]', 'driver macvlan', 'networks: { h: { driver: macvlan } }'],
      ['pid: host', 'process space of the host'],
      ['pid: "container:other"', 'not of this stack'],
      ['ipc: host', 'shared memory of the host'],
      ['userns_mode: host', 'user space of the host'],
      ['cgroup_parent: /x', 'cgroup_parent'],
      ['sysctls: { kernel.core_pattern: "|x" }', 'kernel.core_pattern'],
      ['volumes: ["/etc:/e:ro"]', 'mounts /etc'],
      ['volumes: ["./x:/e"]', 'mounts /srv/shop/x'],
      ['volumes: ["/srv/shared/../../etc:/e"]', 'mounts /etc'],
      ['volumes: ["/srv/sharedx:/e"]', 'mounts /srv/sharedx'],
      ['volumes: [{ type: bind, source: /etc, target: /e }]', 'mounts /etc'],
      ['volumes: ["/var/run/docker.sock:/s"]', 'control of the whole engine'],
      ['volumes: ["/:/host"]', 'control of the whole engine'],
      ['volumes: ["/run:/host"]', 'control of the whole engine'],
      ['volumes: ["v:/v"]', 'mounts /etc', 'volumes: { v: { driver_opts: { type: none, o: bind, device: /etc } } }'],
      [
        'volumes: ["v:/v"]',
        'mounts /etc',
        'volumes: { v: { driver_opts: { type: "", o: "rw,rbind", device: /etc } } }',
      ],
      ['volumes: ["v:/v"]', '/dev/sda1', 'volumes: { v: { driver_opts: { type: ext4, device: /dev/sda1 } } }'],
      [
        'volumes: ["v:/v"]',
        'overlay',
        'volumes: { v: { driver_opts: { type: overlay, device: overlay, o: "lowerdir=/etc" } } }',
      ],
      ['volumes: ["/srv/shared/v:/e"]', 'only /srv/shared itself is allowed'],
      ['volumes: ["/var/run/:/host"]', 'control of the whole engine'],
      [
        'networks: [n]',
        'sets com.docker.network.bridge.name',
        'networks: { n: { driver_opts: { com.docker.network.bridge.name: docker0 } } }',
      ],
      ['logging: { driver: syslog, options: { syslog-address: "tcp://10.0.0.1:514" } }', 'log driver syslog'],
      ['logging: { driver: "", options: { gelf-address: "udp://10.0.0.1:1" } }', 'sets gelf-address'],
      ['volumes: ["v:/v"]', 'driver plugin', 'volumes: { v: { driver: plugin } }'],
    ]) {
      expect(reasons(lines!, top).join('\n'), `${lines} ${top ?? ''}`).toContain(words)
    }
  })

  it('finds it in what a Swarm would run as well', () => {
    const logging = 'logging: { driver: fluentd, options: { fluentd-address: "10.0.0.1:24224" } }'
    const source = `name: shop\nservices: { web: { image: x, ${logging} } }`
    const { rendered } = readStack({ source, directory: '/srv/shop', swarm: true })
    expect(reach(rendered!, rules)).toEqual(['shop_web sends its log out by the log driver fluentd.'])
    expect(reach(rendered!, { ...rules, logDrivers: ['fluentd'] })).toEqual([])
  })

  it('lets through what stays inside', () => {
    for (const [lines, top] of [
      ['logging: { driver: local, options: { max-size: 1m } }'],
      ['cap_add: [NET_BIND_SERVICE]\nsecurity_opt: ["no-new-privileges:true"]\nsysctls: { net.core.somaxconn: 1 }'],
      ['network_mode: service:side\npid: service:side\nipc: shareable'],
      ['volumes: ["/srv/shared/:/a", "/anonymous", "v:/v"]\ntmpfs: [/t]', 'volumes: { v: }'],
      ['volumes: ["v:/v"]', 'volumes: { v: { driver_opts: { type: nfs, o: "addr=10.0.0.1", device: ":/export" } } }'],
      ['volumes: ["v:/v"]', 'volumes: { v: { driver_opts: { type: none, o: bind, device: /srv/shared } } }'],
    ]) {
      expect(reasons(lines!, top), lines).toEqual([])
    }
  })

  it('never lets a socket of the engine through, even below an allowed folder', () => {
    expect(reach(render('volumes: ["/srv/shared/docker.sock:/s"]'), rules).join()).toContain('whole engine')
  })

  it('refuses with every reason at once, and warns administrators', () => {
    const rendered = render('privileged: true\npid: host')
    expect(requireAllowed(rendered, 'admin', rules)).toHaveLength(2)
    expect(() => requireAllowed(rendered, 'developer', rules)).toThrow(
      expect.objectContaining({
        code: 'POLICY_REFUSED',
        details: { reasons: ['web runs privileged.', 'web uses the process space of the host.'] },
      }),
    )
  })

  it('asks for an administrator, or a grant on the target, where processes run', () => {
    const { rendered } = readStack({ source: 'name: a\nservices: { a: { command: x } }', directory: '/srv' })
    const grants = [{ on: 'target', id: 't1', role: 'developer' }] as const
    expect(allowanceOf(admin, 't1')).toBe('admin')
    expect(allowanceOf(as({}), 't1')).toBe('developer')
    expect(allowanceOf(as({ grants }), 't1')).toBe('developer-with-processes')
    expect(allowanceOf(as({ grants }), 't2')).toBe('developer')
    // A token of an administrator that may only apply stacks is no administrator.
    expect(allowanceOf(as({ role: 'admin', limits: ['stacks.apply'] }), 't1')).toBe('developer')
    expect(() => requireAllowed(rendered!, 'developer', rules)).toThrow('Processes run as the user of Wheelhouse')
    expect(requireAllowed(rendered!, 'developer-with-processes', rules)).toEqual([])
  })
})
