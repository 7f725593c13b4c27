import { act, cleanup, render } from '@testing-library/react'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PoseMenu } from './PoseMenu'

const onChoose = vi.fn()
const button = (name: string) => document.querySelector<HTMLElement>(`button[aria-label="${name}"]`)
const press = (key: string) =>
  act(() => void document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, code: key, bubbles: true })))

beforeEach(() => {
  onChoose.mockReset()
  render(<PoseMenu figure={{ look: {}, mood: 0, pose: 'point', flip: false }} onChoose={onChoose} />)
  act(() => button('Pose')?.click())
})
afterEach(cleanup)

it('moves the focus to the current pose, and among the poses', () => {
  expect(document.activeElement).toBe(button('Point'))
  press('ArrowRight')
  expect(document.activeElement).toBe(button('Wave'))
})

it('closes after a choice', () => {
  act(() => button('Wave')?.click())
  expect(onChoose.mock.calls).toEqual([['wave']])
  expect([button('Wave'), document.activeElement]).toEqual([null, button('Pose')])
})

it('closes with Escape, and when the focus leaves it', () => {
  press('Escape')
  expect([button('Wave'), document.activeElement]).toEqual([null, button('Pose')])
  act(() => button('Pose')?.click())
  act(() => (document.activeElement as HTMLElement).blur())
  expect([button('Wave'), onChoose.mock.calls]).toEqual([null, []])
})
