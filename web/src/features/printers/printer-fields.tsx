// The fields that adding and editing a printer share.
import { models } from '../../lib/models'
import { Advanced } from '../../ui/advanced'
import { type AnyForm, SharedField } from '../../ui/form'

const model_options = [
  { value: '', label: 'Let the hub find out' },
  ...models.map(({ code, name }) => ({ value: code, label: name })),
]

export function ModelField({ form }: { form: AnyForm }) {
  return <SharedField form={form} name="model" label="Model" options={model_options} />
}

export function AddressField({ form }: { form: AnyForm }) {
  return (
    <SharedField
      form={form}
      name="ip_address"
      label="Address"
      placeholder="192.168.1.40"
      autoComplete="off"
      hint="Leave it empty and the hub finds the printer by its announcements."
    />
  )
}

export function PortFields({ form }: { form: AnyForm }) {
  return (
    <Advanced faulty={form.formState.errors.ports !== undefined}>
      <p className="mb-3 text-sm text-ink-3">Ports, only where they are not the usual ones.</p>
      <div className="grid grid-cols-2 gap-3">
        <SharedField form={form} name="ports.mqtt" label="MQTT" type="number" placeholder="8883" />
        <SharedField form={form} name="ports.ftps" label="FTPS" type="number" placeholder="990" />
        <SharedField
          form={form}
          name="ports.detect"
          label="Detect"
          type="number"
          placeholder="3000"
        />
        <SharedField
          form={form}
          name="ports.camera"
          label="Camera"
          type="number"
          placeholder="6000"
        />
      </div>
    </Advanced>
  )
}
