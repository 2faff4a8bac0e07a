import { answering } from '@wheelhouse/platform/thread'
import { readerMethods } from './reader-methods.ts'

answering(readerMethods())
