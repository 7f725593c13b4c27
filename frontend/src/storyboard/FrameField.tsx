import { type KeyboardEvent, useId } from 'react'
import { saveTypedValue } from '../commands/saveTypedValue'
import { gettext } from '../lib/i18n'
import { keyName } from '../lib/keys'
import { storableLine, storableText } from '../lib/text'
import { useEditor } from '../map/hooks'
import type { Item } from '../model/records'
import { useCommittedText } from '../ui/draftHooks'

interface FrameFieldProps {
  readonly item: Item
  readonly field: string
  readonly label: string
  readonly maxLength: number
  readonly readOnly: boolean
  readonly rows?: number // 0 for a single line
  readonly isHandwriting?: boolean
  readonly hint?: string
}

/** A text field of a frame, saved on blur. */
export function FrameField({
  item,
  field,
  label,
  maxLength,
  readOnly,
  rows = 0,
  isHandwriting,
  hint,
}: FrameFieldProps) {
  const id = useId()
  const input = useFrameText(item, field, label, rows > 0)
  const shared = {
    id,
    maxLength,
    readOnly,
    className: isHandwriting ? 'handwriting' : '',
    dir: 'auto' as const,
    ...input,
  }
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {rows ? <textarea rows={rows} {...shared} /> : <input {...shared} />}
      {hint && <p className="hint">{hint}</p>}
    </div>
  )
}

/** The caption of a frame, shown as its title. */
export function CaptionField({ item, readOnly }: { item: Item; readOnly: boolean }) {
  const label = gettext('Caption')
  const input = useFrameText(item, 'caption', label, false)
  return (
    <input
      className="edit-in-place sb-title"
      data-caption
      aria-label={label}
      placeholder={gettext('Caption')}
      maxLength={200}
      readOnly={readOnly}
      dir="auto"
      {...input}
    />
  )
}

function useFrameText(item: Item, field: string, label: string, isLong: boolean) {
  const editor = useEditor()
  const now = String(item.fields[field] ?? '')
  const caption = String(item.fields['caption'] ?? '')
  const draft = useCommittedText(
    `${item.id} ${field}`,
    gettext('{field} of “{title}”', { field: label, title: caption }),
    now,
    (typed, over) => {
      const text = isLong ? storableText(typed) : storableLine(typed)
      if (text !== now)
        saveTypedValue(editor, item, field, text, over, gettext('Changed “{title}”', { title: caption || label }))
    },
  )
  return {
    value: draft.text ?? now,
    onChange: (event: { target: { value: string } }) => draft.onType(event.target.value),
    onBlur: draft.commit,
    onKeyDown: (event: KeyboardEvent<HTMLElement>) => {
      const key = keyName(event)
      if (key === 'Escape') draft.cancel()
      else if ((key === 'Enter' && !isLong) || key === 'Mod+Enter') {
        draft.commit()
        event.currentTarget.blur()
      }
    },
  }
}
