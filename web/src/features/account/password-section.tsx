import { api } from '../../generated/api'
import { PasswordChange } from '../../generated/protocol'
import { Button } from '../../ui/button'
import { Section } from '../../ui/card'
import { Field, SchemaForm, useSchemaForm } from '../../ui/form'
import { tell } from '../../ui/toaster'

export function PasswordSection() {
  const form = useSchemaForm(PasswordChange, { current: '', new: '' })
  const change = async (values: PasswordChange) => {
    await api.passwords.change(values)
    form.reset()
    tell('The password is changed', 'Your other sessions have ended.')
  }
  return (
    <Section title="Password">
      <SchemaForm
        form={form}
        onSubmit={change}
        className="grid items-start gap-4 p-4 sm:grid-cols-2 sm:p-5"
      >
        <Field
          form={form}
          name="current"
          label="Password now"
          type="password"
          autoComplete="current-password"
          required
        />
        <Field
          form={form}
          name="new"
          label="New password"
          type="password"
          autoComplete="new-password"
          hint="At least 10 characters."
          required
        />
        <div className="sm:col-span-2">
          <Button type="submit" busy={form.formState.isSubmitting}>
            Change password
          </Button>
        </div>
      </SchemaForm>
    </Section>
  )
}
