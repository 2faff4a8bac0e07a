import { listOf, orNumber, orText, struct } from './collections.ts'
import { bare, cutWhole, flag, oneOf, setCutWhole, text, whole, wholeBytes, wholeText, within } from './scalars.ts'

/** Secrets and configs of a service or a build. */
export const fileMounts = listOf(
  orText(struct({ keys: { source: text, target: text, uid: text, gid: text, mode: within(setCutWhole, 0) } })),
)

export const devices = listOf(
  orText(struct({ keys: { source: text, target: text, permissions: text }, required: ['source', 'target'] })),
)

export const ports = listOf(
  orNumber(
    orText(
      struct({
        keys: {
          name: text,
          mode: text,
          host_ip: text,
          target: within(whole, 0),
          published: wholeText,
          protocol: text,
          app_protocol: text,
        },
        required: ['target'],
      }),
    ),
  ),
)

export const volumes = listOf(
  orText(
    struct({
      keys: {
        type: oneOf('bind', 'volume', 'tmpfs', 'npipe', 'cluster', 'image'),
        source: text,
        target: text,
        read_only: flag,
        consistency: text,
        bind: struct({
          keys: {
            selinux: oneOf('z', 'Z'),
            propagation: text,
            create_host_path: flag,
            recursive: oneOf('enabled', 'disabled', 'writable', 'readonly'),
          },
        }),
        volume: struct({ keys: { nocopy: flag, subpath: text } }),
        tmpfs: struct({ keys: { size: within(wholeBytes, 0), mode: bare(within(cutWhole, 0)) } }),
      },
      required: ['type', 'target'],
    }),
  ),
)
