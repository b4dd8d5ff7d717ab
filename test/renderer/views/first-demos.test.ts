import { expect, test } from 'vitest'
import { demos } from '../../../main/demos/index.ts'
import { firstOfOtherChapters } from '../../../renderer/views/first-demos.ts'

const manifests = demos.map(({ manifest }) => manifest)

test('the welcome page offers one demo of every chapter, and no more, however many there are', () => {
  const [first, ...others] = [manifests.slice(0, 1), firstOfOtherChapters(manifests)].flat()
  const offered = [first, ...others].map((demo) => demo?.chapter)
  expect(offered).toEqual([...new Set(manifests.map(({ chapter }) => chapter))])
})

test('without demos nothing is offered', () => {
  expect(firstOfOtherChapters([])).toEqual([])
})
