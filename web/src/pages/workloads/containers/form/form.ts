import type { ContainerDraft } from '@wheelhouse/contract'
import type { WrongOf } from './field-reader.ts'

/** A container as fields of a page: texts as they are typed. Empty is the engine's own default. */
export interface Form {
  readonly name: string
  readonly image: string
  readonly pull: string
  readonly platform: string
  readonly command: string
  readonly entrypoint: string
  readonly workingDirectory: string
  readonly user: string
  readonly hostname: string
  readonly environment: string
  readonly labels: string
  readonly ports: string
  readonly networks: string
  readonly networkMode: string
  readonly extraHosts: string
  readonly dns: string
  readonly mounts: string
  readonly restart: string
  readonly maxRetries: string
  readonly healthKind: string
  readonly healthTest: string
  readonly healthInterval: string
  readonly healthTimeout: string
  readonly healthStart: string
  readonly healthRetries: string
  readonly memory: string
  readonly memoryReservation: string
  readonly memorySwap: string
  readonly cpus: string
  readonly cpuShares: string
  readonly cpuset: string
  readonly pids: string
  readonly shm: string
  readonly capAdd: string
  readonly capDrop: string
  readonly devices: string
  readonly securityOpt: string
  readonly sysctls: string
  readonly pidMode: string
  readonly ipcMode: string
  readonly logDriver: string
  readonly logOptions: string
  readonly stopSignal: string
  readonly stopTimeout: string
  readonly tty: boolean
  readonly openStdin: boolean
  readonly init: boolean
  readonly readOnly: boolean
  readonly privileged: boolean
  readonly autoRemove: boolean
}
export type FieldName = keyof Form
/** What is wrong, by field. */
export type Wrong = WrongOf<Form>

export const emptyForm: Form = {
  name: '',
  image: '',
  pull: 'missing',
  platform: '',
  command: '',
  entrypoint: '',
  workingDirectory: '',
  user: '',
  hostname: '',
  environment: '',
  labels: '',
  ports: '',
  networks: '',
  networkMode: '',
  extraHosts: '',
  dns: '',
  mounts: '',
  restart: 'unless-stopped',
  maxRetries: '',
  healthKind: 'image',
  healthTest: '',
  healthInterval: '',
  healthTimeout: '',
  healthStart: '',
  healthRetries: '',
  memory: '',
  memoryReservation: '',
  memorySwap: '',
  cpus: '',
  cpuShares: '',
  cpuset: '',
  pids: '',
  shm: '',
  capAdd: '',
  capDrop: '',
  devices: '',
  securityOpt: '',
  sysctls: '',
  pidMode: '',
  ipcMode: '',
  logDriver: '',
  logOptions: '',
  stopSignal: '',
  stopTimeout: '',
  tty: false,
  openStdin: false,
  init: false,
  readOnly: false,
  privileged: false,
  autoRemove: false,
}

/** What was read of a form: the draft as far as it goes, and what is wrong with the rest. */
export interface ReadForm {
  readonly draft: ContainerDraft
  readonly wrong: Wrong
}
