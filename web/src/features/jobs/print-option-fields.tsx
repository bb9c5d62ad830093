import type { PrintOptions } from '../../generated/protocol'
import { Advanced } from '../../ui/advanced'
import { Select } from '../../ui/input'

type Switch =
  'use_ams' | 'bed_leveling' | 'flow_calibration' | 'vibration_calibration' | 'timelapse'

const switches: readonly { name: Switch; label: string }[] = [
  { name: 'use_ams', label: 'Filament from the AMS' },
  { name: 'bed_leveling', label: 'Level the bed first' },
  { name: 'flow_calibration', label: 'Calibrate the flow first' },
  { name: 'vibration_calibration', label: 'Calibrate vibration first' },
  { name: 'timelapse', label: 'Record a timelapse' },
]

interface PrintOptionFieldsProps {
  value: PrintOptions
  onChange: (value: PrintOptions) => void
}

// Unsaid is not "no": what nobody chose is not sent.
export function PrintOptionFields({ value, onChange }: PrintOptionFieldsProps) {
  const choose = (name: Switch, text: string) => {
    const { [name]: _, ...rest } = value
    onChange(text === '' ? rest : { ...rest, [name]: text === 'on' })
  }
  return (
    <Advanced>
      <div className="-my-3 divide-y">
        {switches.map(({ name, label }) => (
          <label key={name} className="flex items-center justify-between gap-4 py-2 text-sm">
            {label}
            <span className="w-32">
              <Select
                className="h-9"
                value={value[name] === undefined ? '' : value[name] ? 'on' : 'off'}
                onChange={(event) => choose(name, event.target.value)}
              >
                <option value="">Usual</option>
                <option value="on">On</option>
                <option value="off">Off</option>
              </Select>
            </span>
          </label>
        ))}
      </div>
    </Advanced>
  )
}
