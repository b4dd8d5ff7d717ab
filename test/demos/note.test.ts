/** The note and the table that says which demo shows what of it. */
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { demos, findDemo } from '../../main/demos/index.ts'

const FOLDER = join(import.meta.dirname, '../../main/demos')
const read = (...path: readonly string[]) => readFileSync(join(FOLDER, ...path), 'utf8')

interface Note {
  /** Headings, list items and paragraphs without their marks; `PROGRAM` where a listing stands. */
  readonly pieces: readonly string[]
  readonly programs: readonly string[]
}
const PROGRAM = 'PROGRAM'

function piecesOf(text: string): Note {
  const pieces: string[] = []
  const programs: string[] = []
  let program: string[] | undefined
  let indent = ''
  for (const line of text.split('\n')) {
    const [, before = '', fence] = /^(\s*)(```)/.exec(line) ?? []
    if (fence !== undefined && program === undefined) {
      program = []
      indent = before
    } else if (fence !== undefined && program !== undefined) {
      programs.push(`${program.join('\n')}\n`)
      pieces.push(PROGRAM)
      program = undefined
    } else if (program !== undefined)
      program.push(line.startsWith(indent) ? line.slice(indent.length) : line)
    else {
      const piece = line.trim().replace(/^(#+|\*) /, '')
      if (piece !== '') pieces.push(piece)
    }
  }
  return { pieces, programs }
}

const text = read('note.md')
const note = piecesOf(text)

/** Cells of the first table: the note, demos, what is measured. */
const rows = read('COVERAGE.md')
  .split('\n## ')[0]
  ?.split('\n')
  .filter((line) => line.startsWith('|'))
  .slice(2)
  .map((line) =>
    line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim()),
  )
const table = (rows ?? []).map(([said = '', shown = '', measured = '']) => ({
  said,
  measured,
  demos: [...shown.matchAll(/`([a-z-]+)`(?: \(([^)]*)\))?/g)].map(([, id = '', variants = '']) => ({
    id,
    variants: [...variants.matchAll(/`([a-z0-9-]+)`/g)].map(([, variant = '']) => variant),
  })),
}))

/** What the note says in comments, after its pieces. */
const comments = table.slice(note.pieces.length).map(({ said }) => said)

describe('the note’s table', () => {
  it('has every sentence and every program, in the note’s order', () => {
    const said = table
      .slice(0, note.pieces.length)
      .map((row) => (/^Program \d: /.test(row.said) ? PROGRAM : row.said))
    expect(said).toEqual(note.pieces)
    const numbers = table.flatMap((row) => /^Program (\d): /.exec(row.said)?.slice(1) ?? [])
    expect(numbers).toEqual(note.programs.map((_, index) => String(index + 1)))
  })

  it('quotes comments that are there', () => {
    expect(comments).toHaveLength(3)
    for (const comment of comments)
      expect(note.programs.some((program) => program.includes(`# ${comment}`))).toBe(true)
  })

  it.each(table)('$said: is shown by what there is', ({ demos: named, measured }) => {
    expect(measured).not.toBe('')
    expect(named).not.toEqual([])
    for (const { id, variants } of named) {
      const ids = findDemo(id)?.manifest.variants.map((variant) => variant.id)
      expect(ids, id).toBeDefined()
      expect(ids).toEqual(expect.arrayContaining(variants))
    }
  })

  it('names every demo of the note, and no claim that it does not make', () => {
    const named = table.flatMap((row) => row.demos.map(({ id }) => id))
    for (const { manifest } of demos)
      if (manifest.claim !== undefined) {
        expect(text).toContain(manifest.claim)
        expect(named).toContain(manifest.id)
      }
  })
})

describe('programs of the note', () => {
  const files = demos.flatMap(({ manifest: { id } }) =>
    readdirSync(join(FOLDER, id))
      .filter((file) => /^program.*\.py$/.test(file))
      .map((file) => ({ id, file })),
  )

  it.each(files)('$id/$file is a part of it, to the last space', ({ id, file }) => {
    expect(note.programs).toContain(read(id, file))
  })

  it('are all there', () => {
    const texts = files.map(({ id, file }) => read(id, file))
    for (const program of note.programs) expect(texts).toContain(program)
  })

  it.each(demos.filter(({ manifest }) => manifest.claim !== undefined))(
    '$manifest.id: run as they stand, they are what the note has',
    ({ manifest: { variants } }) => {
      for (const { id, python } of variants)
        if (id.startsWith('note'))
          expect(note.programs.some((program) => program.includes(python?.text ?? ' '))).toBe(true)
    },
  )
})
