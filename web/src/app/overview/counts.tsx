import { Link } from 'react-router'
import type { Filter } from '../../features/printers/printer-list'

interface CountsProps {
  counts: Record<Filter, number>
  // Jobs in the queue.
  waiting: number
}

export function Counts({ counts, waiting }: CountsProps) {
  const tiles = [
    { name: 'Printing', amount: counts.busy, path: '/printers?show=busy' },
    { name: 'Idle', amount: counts.idle, path: '/printers?show=idle' },
    { name: 'Not connected', amount: counts.away, path: '/printers?show=away' },
    { name: 'Jobs in the queue', amount: waiting, path: '/jobs' },
  ]
  return (
    <ul className="grid grid-cols-2 gap-3.5 lg:grid-cols-4">
      {tiles.map(({ name, amount, path }) => (
        <li key={name}>
          <Link
            to={path}
            className="block rounded-card border bg-surface px-4 py-3.5 shadow-card transition-colors hover:border-line-strong sm:px-5"
          >
            <span className="figures block text-3xl font-semibold tracking-tight">{amount}</span>
            <span className="block text-sm text-ink-2">{name}</span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
