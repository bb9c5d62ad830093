// Lists come in pages; some views need all of one, up to a limit that is said aloud.

export interface PageOf<T> {
  items: T[]
  next_cursor?: string | undefined
}

const page_limit = 500
const pages_max = 20

export async function all_pages<T>(
  read: (query: { limit: number; cursor?: string }) => Promise<PageOf<T>>,
): Promise<T[]> {
  const items: T[] = []
  let cursor: string | undefined
  for (let page = 0; page < pages_max; page += 1) {
    // In order by nature: each page names the next.
    // oxlint-disable-next-line no-await-in-loop
    const answer = await read(
      cursor === undefined ? { limit: page_limit } : { limit: page_limit, cursor },
    )
    items.push(...answer.items)
    if (answer.next_cursor === undefined) return items
    cursor = answer.next_cursor
  }
  return items
}
