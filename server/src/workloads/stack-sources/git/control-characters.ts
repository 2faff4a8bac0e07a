// oxlint-disable-next-line no-control-regex
const controls = /[\u0000-\u001f\u007f]/

/** Whether a text holds what no address, path or credential has: a line break, an escape and the like. */
export const hasControls = (text: string): boolean => controls.test(text)
