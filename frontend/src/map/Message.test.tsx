import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { Message } from './Message'

afterEach(cleanup)

it('shows each element where the translation has its placeholder', () => {
  const values = { name: <bdi>Ada</bdi>, link: <a href="/list">list</a> }
  const { container, rerender } = render(<Message text="{name} opened the {link}." values={values} />)
  expect(container.textContent).toBe('Ada opened the list.')
  rerender(<Message text="Die {link} wurde von {name} geöffnet." values={values} />)
  expect(container.textContent).toBe('Die list wurde von Ada geöffnet.')
  expect(container.querySelector('bdi')?.textContent).toBe('Ada')
})
