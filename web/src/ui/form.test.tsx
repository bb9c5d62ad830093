import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { NewPrinter } from '../generated/protocol'
import { Problem } from '../lib/problem'
import { Field, SchemaForm, useSchemaForm } from './form'

afterEach(cleanup)

function Example({ onSubmit }: { onSubmit: (values: NewPrinter) => Promise<unknown> }) {
  const form = useSchemaForm(NewPrinter, {
    hub_id: 'h',
    name: '',
    serial_number: '',
    access_code: '',
    ip_address: '',
    ports: { mqtt: undefined },
  })
  return (
    <SchemaForm form={form} onSubmit={onSubmit}>
      <Field form={form} name="name" label="Name" required />
      <Field form={form} name="serial_number" label="Serial" required />
      <Field form={form} name="access_code" label="Code" required />
      <Field form={form} name="ip_address" label="Address" />
      <Field form={form} name="ports.mqtt" label="MQTT" type="number" />
      <button type="submit">Add</button>
    </SchemaForm>
  )
}

const type = (label: RegExp, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } })
const press = () => fireEvent.click(screen.getByText('Add'))
const fault_of = (label: RegExp) => {
  const input = screen.getByLabelText(label)
  const ids = (input.getAttribute('aria-describedby') ?? '').split(' ')
  return {
    invalid: input.getAttribute('aria-invalid'),
    says: ids.map((id) => document.getElementById(id)?.textContent).join(''),
  }
}
function fill() {
  type(/Name/, 'Left 1')
  type(/Serial/, '03000A1')
  type(/Code/, '12345678')
}

describe('a form', () => {
  test('sends what was typed, without what was left blank', async () => {
    const onSubmit = vi.fn(async () => {})
    render(<Example onSubmit={onSubmit} />)
    fill()
    type(/MQTT/, '18883')
    press()
    await waitFor(() => expect(onSubmit).toHaveBeenCalled())
    expect(onSubmit).toHaveBeenCalledWith({
      hub_id: 'h',
      name: 'Left 1',
      serial_number: '03000A1',
      access_code: '12345678',
      ports: { mqtt: 18_883 },
    })
  })

  test('says under each field what the schema misses, and sends nothing', async () => {
    const onSubmit = vi.fn(async () => {})
    render(<Example onSubmit={onSubmit} />)
    type(/Serial/, '03')
    type(/MQTT/, 'abc')
    press()
    await waitFor(() => expect(fault_of(/Name/).says).toBe('Please fill this in.'))
    expect(fault_of(/Serial/)).toEqual({ invalid: 'true', says: 'Needs at least 4 characters.' })
    expect(fault_of(/MQTT/).says).toBe('Please enter a whole number.')
    expect(fault_of(/Address/).invalid).toBe('false')
    expect(onSubmit).not.toHaveBeenCalled()
  })

  test("hangs the server's fault under its field and focuses it", async () => {
    const refused = new Problem(422, 'Correct it.', [
      { field: 'serial_number', says: 'is known already' },
    ])
    render(<Example onSubmit={() => Promise.reject(refused)} />)
    fill()
    press()
    await waitFor(() => expect(fault_of(/Serial/).says).toBe('Is known already.'))
    expect(document.activeElement).toBe(screen.getByLabelText(/Serial/))
  })

  test('says at the top what belongs to no field', async () => {
    render(
      <Example
        onSubmit={() => Promise.reject(new Problem(409, 'A hub has five printers at most.'))}
      />,
    )
    fill()
    press()
    await waitFor(() =>
      expect(screen.getByRole('alert').textContent).toBe('A hub has five printers at most.'),
    )
  })
})
