import type { RunSummary } from '../../main/run/contract.ts'
import type { ExportedFile } from '../hosts/host.ts'

/** Typed arrays (time by state) as plain lists: JSON knows no others. */
const plain = (_key: string, value: unknown): unknown =>
  ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value

/** The summary as `run --json` prints it, indented for people. */
export const summaryFile = (summary: RunSummary): ExportedFile => {
  const { demo, variant } = summary.status.request
  return {
    name: `${demo}-${variant}-summary.json`,
    type: 'application/json',
    bytes: new TextEncoder().encode(`${JSON.stringify(summary, plain, 2)}\n`),
  }
}
