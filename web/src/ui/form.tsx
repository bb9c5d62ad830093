// Forms: values checked by the generated schema, the server's faults under the fields they name.
import { zodResolver } from '@hookform/resolvers/zod'
import { type ReactNode, useId } from 'react'
import {
  type DefaultValues,
  type FieldErrors,
  type FieldPath,
  type FieldValues,
  get,
  useForm,
  type UseFormRegisterReturn,
  type UseFormReturn,
} from 'react-hook-form'
import type { z } from 'zod'
import { place_faults, say_in_words, without_blanks } from '../lib/faults'
import { Input, Select } from './input'
import { Notice } from './notice'

export type Form<T extends FieldValues> = UseFormReturn<T>

// react-hook-form's types are invariant: a form of more fields is none of fewer. So fields that two
// forms share ask only for this part; as methods, these compare loosely.
export interface AnyForm {
  register(
    name: string,
    options?: { setValueAs?: (text: unknown) => unknown },
  ): UseFormRegisterReturn
  formState: { errors: FieldErrors }
}

// T is what the schema describes; blank fields count as absent before it judges.
export function useSchemaForm<T extends FieldValues>(
  schema: z.ZodType<T, T>,
  default_values: DefaultValues<T>,
): Form<T> {
  const judge = zodResolver(schema, { error: say_in_words })
  return useForm<T>({
    defaultValues: default_values,
    resolver: (values, context, options) => judge(without_blanks(values) as T, context, options),
  })
}

interface SchemaFormProps<T extends FieldValues> {
  id?: string
  form: Form<T>
  // Rejected with a Problem: its faults are put under their fields, the rest above the form.
  onSubmit: (values: T) => Promise<unknown>
  className?: string
  children: ReactNode
}

export function SchemaForm<T extends FieldValues>({
  id,
  form,
  onSubmit,
  className,
  children,
}: SchemaFormProps<T>) {
  const submit = form.handleSubmit(async (values) => {
    try {
      await onSubmit(values)
    } catch (error) {
      place_faults(error, form)
    }
  })
  const root = form.formState.errors.root?.message
  return (
    <form id={id} noValidate className={className} onSubmit={(event) => void submit(event)}>
      {root && <Notice tone="danger">{root}</Notice>}
      {children}
    </form>
  )
}

interface SharedFieldProps {
  form: AnyForm
  name: string
  label: string
  hint?: ReactNode
  required?: boolean
  type?: 'text' | 'email' | 'password' | 'number'
  placeholder?: string
  autoComplete?: string
  autoFocus?: boolean
  // Instead of an input: a select of these.
  options?: readonly { value: string; label: string }[]
}

interface FieldProps<T extends FieldValues> extends Omit<SharedFieldProps, 'form' | 'name'> {
  form: Form<T>
  name: FieldPath<T>
}

export function Field<T extends FieldValues>(props: FieldProps<T>) {
  return <SharedField {...props} />
}

export function SharedField(props: SharedFieldProps) {
  const { form, name, label, hint, required, options, type = 'text', ...rest } = props
  const id = useId()
  // react-hook-form's paths are dynamic; `get` is its own reader of them and gives unknown things.
  const fault: unknown = get(form.formState.errors, `${name}.message`)
  const says = typeof fault === 'string' ? fault : undefined
  const described = [says && `${id}-fault`, hint && `${id}-hint`].filter(Boolean).join(' ')
  const shared = {
    id,
    ...rest,
    'aria-invalid': says !== undefined,
    'aria-required': required,
    'aria-describedby': described || undefined,
    ...form.register(name, type === 'number' ? { setValueAs: number_or_text } : {}),
  }
  return (
    <div className="space-y-1.5">
      <label htmlFor={id} className="block text-sm font-medium">
        {label}
        {!required && <span className="font-normal text-ink-3"> (optional)</span>}
      </label>
      {options ? (
        <Select {...shared}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </Select>
      ) : (
        <Input
          {...shared}
          type={type === 'number' ? 'text' : type}
          inputMode={type === 'number' ? 'numeric' : undefined}
        />
      )}
      {says && (
        <p id={`${id}-fault`} className="text-sm text-danger-text">
          {says}
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="text-sm text-ink-3">
          {hint}
        </p>
      )}
    </div>
  )
}

// What is no number stays text, so that the schema can say so instead of losing it.
function number_or_text(text: unknown): unknown {
  if (typeof text !== 'string' || text.trim() === '') return text
  const value = Number(text)
  return Number.isNaN(value) ? text : value
}
