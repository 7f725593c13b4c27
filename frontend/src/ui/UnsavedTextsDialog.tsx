import { useRef } from 'react'
import { gettext } from '../lib/i18n'
import { useEditor, useSignal } from '../map/hooks'
import { Icon } from '../map/icons'
import { Dialog } from './Dialog'

/** Texts that the server does not have. Each can be copied and stays until it is deleted. */
export function UnsavedTextsDialog() {
  const { unsavedTexts } = useEditor()
  const own = useSignal(unsavedTexts.list)
  const others = useSignal(unsavedTexts.others)
  return (
    <Dialog title={gettext('Unsaved texts')}>
      <p className="hint">
        {gettext(
          'These texts were typed in this browser but aren’t saved to the map. Copy what you need, then delete it here.',
        )}
      </p>
      {!own.length && !others.length && <p className="soft">{gettext('Everything is saved.')}</p>}
      <ul className="rows">
        {own.map((draft) => (
          <UnsavedText
            key={draft.key}
            label={draft.label}
            text={draft.text}
            onDelete={() => unsavedTexts.discard(draft)}
          />
        ))}
      </ul>
      {others.length > 0 && (
        <>
          <h3>{gettext('From another user of this browser')}</h3>
          <p className="hint">
            {gettext('These texts are sent when that user opens the map again. They are never sent as yours.')}
          </p>
          <ul className="rows">
            {others.map((left) => (
              <UnsavedText key={left.key} label={left.label} text={left.text} onDelete={left.discard} />
            ))}
          </ul>
        </>
      )}
    </Dialog>
  )
}

function UnsavedText({ label, text, onDelete }: { label: string; text: string; onDelete: () => void }) {
  const { ui } = useEditor()
  const box = useRef<HTMLTextAreaElement>(null)
  const copy = () => {
    box.current?.select()
    // Without HTTPS there is no clipboard API. The text is selected and can be copied with the keyboard.
    if (!('clipboard' in navigator)) return
    navigator.clipboard.writeText(text).then(
      () => ui.toast(gettext('Copied.')),
      () => undefined,
    )
  }
  return (
    <li>
      <div className="field grow">
        <span className="label">{label}</span>
        {text && <textarea ref={box} rows={2} readOnly dir="auto" aria-label={label} value={text} />}
      </div>
      {text && (
        <button className="btn btn-sm" onClick={copy}>
          <Icon name="copy" size="sm" />
          {gettext('Copy')}
        </button>
      )}
      <button className="btn btn-quiet btn-sm" onClick={onDelete}>
        {gettext('Delete')}
      </button>
    </li>
  )
}
