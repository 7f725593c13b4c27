import { type RefObject, useEffect, useRef } from 'react'

/** Enter full screen where the browser allows it and take the focus. Both are undone at the end. */
export function useFullScreen(): RefObject<HTMLDivElement | null> {
  const screen = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const focusedBefore = document.activeElement
    screen.current?.focus()
    screen.current?.requestFullscreen?.().catch(() => undefined) // full screen may be unavailable
    return () => {
      if (document.fullscreenElement) void document.exitFullscreen()
      if (focusedBefore instanceof HTMLElement) focusedBefore.focus()
    }
  }, [])
  return screen
}
