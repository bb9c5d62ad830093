// The wall of cards. Only the rows in sight are in the page: two thousand printers cost as much as thirty.
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { useLayoutEffect, useRef, useState } from 'react'
import type { Printer } from '../../generated/protocol'
import { card_height_px, PrinterCard } from './printer-card'

const gap_px = 14
const card_width_px_min = 288
const overscan_rows = 2

export function columns_of(width_px: number): number {
  return Math.max(1, Math.floor((width_px + gap_px) / (card_width_px_min + gap_px)))
}

export function PrinterGrid({ printers }: { printers: readonly Printer[] }) {
  const container = useRef<HTMLUListElement>(null)
  const [{ columns, top }, set_layout] = useState({ columns: 1, top: 0 })
  useLayoutEffect(() => {
    const element = container.current
    if (!element) return undefined
    const measure = () => {
      const next = { columns: columns_of(element.clientWidth), top: element.offsetTop }
      set_layout((now) => (now.columns === next.columns && now.top === next.top ? now : next))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [])

  const rows = useWindowVirtualizer({
    count: Math.ceil(printers.length / columns),
    estimateSize: () => card_height_px,
    gap: gap_px,
    overscan: overscan_rows,
    scrollMargin: top,
  })

  return (
    <ul ref={container} className="relative" style={{ height: rows.getTotalSize() }}>
      {rows.getVirtualItems().flatMap((row) =>
        printers.slice(row.index * columns, (row.index + 1) * columns).map((printer, column) => (
          <li
            key={printer.id}
            className="absolute top-0 left-0"
            style={{
              width: `calc((100% - ${(columns - 1) * gap_px}px) / ${columns})`,
              transform: `translate(calc(${column} * (100% + ${gap_px}px)), ${row.start - top}px)`,
            }}
          >
            <PrinterCard printer={printer} />
          </li>
        )),
      )}
    </ul>
  )
}
