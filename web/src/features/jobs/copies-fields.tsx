import { Input, Select } from '../../ui/input'
import { priorities } from './queue-order'

export const copies_max = 500

interface CopiesFieldsProps {
  // As typed: what is no whole number from 1 is said under the field, not corrected in it.
  copies: string
  onCopies: (copies: string) => void
  priority: number
  onPriority: (priority: number) => void
}

export function copies_of(text: string): number | undefined {
  const copies = /^\d{1,3}$/.test(text.trim()) ? Number(text) : 0
  return copies >= 1 && copies <= copies_max ? copies : undefined
}

export function CopiesFields({ copies, onCopies, priority, onPriority }: CopiesFieldsProps) {
  const amount = copies_of(copies)
  return (
    <div className="grid grid-cols-2 gap-3">
      <label className="block space-y-1.5">
        <span className="text-sm font-medium">Copies</span>
        <Input
          inputMode="numeric"
          value={copies}
          onChange={(event) => onCopies(event.target.value)}
          aria-invalid={amount === undefined}
        />
        <span
          className={`block text-sm ${amount === undefined ? 'text-danger-text' : 'text-ink-3'}`}
        >
          {amount === undefined
            ? `A whole number from 1 to ${copies_max}.`
            : amount === 1
              ? 'One print.'
              : 'One job each; every one needs its plate cleared.'}
        </span>
      </label>
      <label className="block space-y-1.5">
        <span className="text-sm font-medium">Priority in the queue</span>
        <Select value={priority} onChange={(event) => onPriority(Number(event.target.value))}>
          {priorities.map(({ value, name }) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </Select>
      </label>
    </div>
  )
}
