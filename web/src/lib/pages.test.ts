import { expect, test } from 'vitest'
import { all_pages } from './pages'

test('all pages are read, each asked for by the cursor of the one before', async () => {
  const asked: (string | undefined)[] = []
  const items = await all_pages(async ({ cursor }) => {
    asked.push(cursor)
    const page = Number(cursor ?? 0)
    return page < 2 ? { items: [page], next_cursor: String(page + 1) } : { items: [page] }
  })
  expect(items).toEqual([0, 1, 2])
  expect(asked).toEqual([undefined, '1', '2'])
})

test('a list that never ends is cut off', async () => {
  const items = await all_pages(async () => ({ items: [1], next_cursor: 'again' }))
  expect(items).toHaveLength(20)
})

test('a page that fails fails the whole', async () => {
  await expect(all_pages(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
})
