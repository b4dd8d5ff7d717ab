/** What FORMAT.md says of a trace file, as numbers. All of them are little-endian. */
export const MAGIC = 'ILVPROBE'
export const VERSION = 1
export const HEADER_BYTES = 256
export const SLOT_BYTES = 16
export const CHUNK_BYTES = 4_096
export const CHUNKS = 1_024
/** Where the first chunk begins. */
export const CHUNKS_AT = 20_480

/** Kinds of records that only the probe writes; the others are EventKind. */
export const ProbeKind = {
  thread: 240,
  gil: 241,
  begin: 242,
  end: 243,
  child: 244,
  lane: 245,
  skip: 246,
} as const

/** A joined process is named by this plus its pid. */
export const PROCESS_IDENT = 0x8000_0000
/** Of an item or a depth that the process does not know. */
export const UNKNOWN = 0xffff_ffff

export const ROLES = ['main', 'fork', 'spawn', 'server', 'forkserver'] as const
export type Role = (typeof ROLES)[number]
