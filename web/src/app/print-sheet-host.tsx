import { lazy, Suspense } from 'react'
import { create } from 'zustand'
import type { PrintWish } from '../features/jobs/print-sheet'

const PrintSheet = lazy(() => import('../features/jobs/print-sheet'))

const usePrintSheet = create<{ wish: PrintWish | undefined }>(() => ({ wish: undefined }))

// Any page may open the sheet, with as much chosen as it knows.
export function open_print_sheet(wish: PrintWish = {}): void {
  usePrintSheet.setState({ wish })
}

export function PrintSheetHost() {
  const wish = usePrintSheet((state) => state.wish)
  if (!wish) return null
  return (
    <Suspense fallback={null}>
      <PrintSheet wish={wish} onClose={() => usePrintSheet.setState({ wish: undefined })} />
    </Suspense>
  )
}
