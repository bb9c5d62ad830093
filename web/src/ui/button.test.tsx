import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { createRef } from 'react'
import { afterEach, expect, test, vi } from 'vitest'
import { Button } from './button'

afterEach(cleanup)

test('a busy button takes no second press, and keeps its name and focus', () => {
  const onClick = vi.fn()
  const { rerender } = render(<Button onClick={onClick}>Start</Button>)
  const button = screen.getByRole('button', { name: 'Start' })
  button.focus()
  fireEvent.click(button)
  rerender(
    <Button busy onClick={onClick}>
      Start
    </Button>,
  )
  for (let press = 0; press < 8; press += 1) fireEvent.click(button)
  expect(onClick).toHaveBeenCalledTimes(1)
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Start' }))
})

test('a busy submit button does not submit', () => {
  const onSubmit = vi.fn((event: { preventDefault: () => void }) => event.preventDefault())
  render(
    <form onSubmit={onSubmit}>
      <Button type="submit" busy>
        Save
      </Button>
    </form>,
  )
  fireEvent.click(screen.getByRole('button'))
  expect(onSubmit).not.toHaveBeenCalled()
})

test('its element is given to whoever stands beside it', () => {
  const ref = createRef<HTMLButtonElement>()
  render(<Button ref={ref}>Menu</Button>)
  expect(ref.current).toBe(screen.getByRole('button'))
})
