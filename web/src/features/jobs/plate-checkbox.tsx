import { useLivePrinter } from '../../lib/live'
import { Checkbox } from '../../ui/checkbox'

interface PlateCheckboxProps {
  printer_id: string | undefined
  checked: boolean
  onChange: (checked: boolean) => void
}

// The one statement that a start needs from a person. Never ticked beforehand.
export function PlateCheckbox({ printer_id, checked, onChange }: PlateCheckboxProps) {
  const live = useLivePrinter(printer_id)
  const known_empty = live?.needs_clearing === false
  return (
    <Checkbox
      checked={checked}
      onCheckedChange={onChange}
      label="The plate is empty"
      hint={
        known_empty
          ? 'Somebody has said so already.'
          : 'I have looked. Without this the job waits until somebody says so.'
      }
    />
  )
}
