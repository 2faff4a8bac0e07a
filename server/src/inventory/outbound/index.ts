export { guardedCall, type OutboundAnswer, type OutboundCall } from './call.ts'
export { AddressRefused, guardedAddress } from './guard.ts'
export { troubleWords } from './trouble-words.ts'
