import { type ReactNode, useEffect, useId, useRef } from 'react'
import { gettext } from '../lib/i18n'
import { Icon } from '../map/icons'
import { openDialog } from './dialogState'
import { QuotedText } from './QuotedText'

/** A native modal dialog: it traps the focus, closes on Esc and returns the focus when closed. */
export function Dialog({
  title,
  className = '',
  children,
  onClose,
}: {
  title: string
  className?: string
  children: ReactNode
  onClose?: () => void
}) {
  const box = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const focusedBefore = document.activeElement
    box.current?.showModal()
    box.current?.querySelector<HTMLElement>('[data-first]')?.focus()
    return () => {
      if (focusedBefore instanceof HTMLElement) focusedBefore.focus({ preventScroll: true })
    }
  }, [])
  const close = onClose ?? (() => openDialog.set(null))
  return (
    <dialog
      ref={box}
      className={className}
      aria-labelledby={name}
      onClose={close}
      onClick={(event) => event.target === box.current && box.current?.close()}
    >
      <div className="dialog-head">
        <h2 id={name}>
          <QuotedText text={title} />
        </h2>
        <button
          className="btn btn-quiet btn-sm btn-icon"
          aria-label={gettext('Close')}
          onClick={() => box.current?.close()}
        >
          <Icon name="x" />
        </button>
      </div>
      {children}
    </dialog>
  )
}
