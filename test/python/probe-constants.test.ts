/** The probe cannot import the model: its numbers are written down twice. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import * as layout from '../../main/python/trace/layout.ts'
import {
  EventKind,
  LaneEnd,
  LaneKind,
  LaneState,
  Place,
  ResourceKind,
  Wait,
  WaitOutcome,
} from '../../main/trace/model.ts'
import { PROBE } from './probed.ts'

const source = (name: string): string => readFileSync(join(PROBE, 'interleave_probe', name), 'utf8')

/** `dropRequest` → `DROP_REQUEST`. */
const constant = (name: string): string => name.replaceAll(/[A-Z]/g, '_$&').toUpperCase()

function constants(prefix: string): Record<string, number> {
  const found = source('constants.py').matchAll(new RegExp(`^${prefix}_(\\w+) = (\\d+)$`, 'gm'))
  return Object.fromEntries([...found].map(([, name, value]) => [name ?? '', Number(value)]))
}

const named = (numbers: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(numbers).map(([name, value]) => [constant(name), value]))

/** The machine's load is what the runner writes alone: no program that is traced can know it. */
const { load, ...probed } = EventKind

test.each([
  ['KIND', { ...probed, ...layout.ProbeKind }],
  ['STATE', LaneState],
  ['LANE_END', LaneEnd],
  ['RESOURCE', ResourceKind],
  ['WAIT', Wait],
  ['OUTCOME', WaitOutcome],
  ['PLACE', Place],
])('%s_… are the model’s, all of them', (prefix, numbers) => {
  expect(constants(prefix)).toEqual(named(numbers))
})

test('the load of the machine is no kind of the probe, and its number is nobody else’s', () => {
  expect(constants('KIND')).not.toHaveProperty('LOAD')
  expect(Object.values(constants('KIND'))).not.toContain(load)
})

test('lane kinds are the model’s', () => {
  expect(constants('LANE')).toMatchObject(named(LaneKind))
})

test('the layout of the file is the reader’s', () => {
  const core = source('core.py')
  const value = (name: string): string | undefined =>
    new RegExp(`^${name} = (.*)$`, 'm').exec(core)?.[1]?.replaceAll('_', '')
  expect(value('MAGIC')).toBe(`b'${layout.MAGIC}'`)
  expect(Number(value('VERSION'))).toBe(layout.VERSION)
  expect(Number(value('HEADER_BYTES'))).toBe(layout.HEADER_BYTES)
  expect(Number(value('SLOT_BYTES'))).toBe(layout.SLOT_BYTES)
  expect(Number(value('CHUNK_BYTES'))).toBe(layout.CHUNK_BYTES)
  expect(Number(value('CHUNKS'))).toBe(layout.CHUNKS)
  expect(Number(value('FIRST_CHUNK'))).toBe(layout.CHUNKS_AT)
  const roles = /^ROLES = \{(.*)\}$/m.exec(source('constants.py'))?.[1] ?? ''
  expect([...roles.matchAll(/'(\w+)'/g)].map(([, name]) => name)).toEqual(layout.ROLES)
})
