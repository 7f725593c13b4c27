import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { Icon } from '../map/icons'
import { poseLabels } from './art/labels'
import { type Figure, dataUrl, figurePicture } from './library'
import { moveFocus } from './ToolBar'

const POSE_LABELS = poseLabels()

interface PoseMenuProps {
  readonly figure: Figure
  readonly onChoose: (pose: string) => void
}

/** A button that opens the poses of a figure, as pictures. The focus moves into them, and back after a choice. */
export function PoseMenu({ figure, onChoose }: PoseMenuProps) {
  const [isOpen, setOpen] = useState(false)
  const button = useRef<HTMLButtonElement>(null)
  const menu = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isOpen) menu.current?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus()
  }, [isOpen])
  const close = () => {
    button.current?.focus()
    setOpen(false)
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    if (keyName(event) === 'Escape') close()
    else moveFocus(event)
    event.stopPropagation() // the toolbar around it has the same keys
  }
  return (
    <>
      <button
        ref={button}
        aria-expanded={isOpen}
        aria-label={gettext('Pose')}
        title={gettext('Pose')}
        onClick={() => setOpen(!isOpen)}
      >
        <Icon name="hand" />
      </button>
      {isOpen && (
        <div
          ref={menu}
          className="sb-poses"
          role="group"
          aria-label={gettext('Pose')}
          onKeyDown={onKeyDown}
          onBlur={({ relatedTarget, currentTarget }) => {
            if (relatedTarget !== button.current && !currentTarget.contains(relatedTarget)) setOpen(false)
          }}
        >
          {Object.entries(POSE_LABELS).map(([pose, name]) => (
            <button
              key={pose}
              aria-pressed={figure.pose === pose}
              aria-label={name}
              title={name}
              onClick={() => {
                onChoose(pose)
                close()
              }}
            >
              <img src={dataUrl(figurePicture({ ...figure, pose }).svg)} alt="" draggable={false} />
            </button>
          ))}
        </div>
      )}
    </>
  )
}
