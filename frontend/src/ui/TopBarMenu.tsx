import type { MouseEvent } from 'react'
import { COMMANDS } from '../commands/index'
import { gettext } from '../lib/i18n'
import { useEditor } from '../map/hooks'
import { Icon } from '../map/icons'

const COMMAND_IDS = ['present', 'history', 'share', 'go.print', 'go.export', 'zoom.fit', 'theme']

/** Commands that do not fit into the top bar of a phone. Hidden on larger screens. */
export function TopBarMenu() {
  const editor = useEditor()
  const commands = COMMANDS.filter((command) => COMMAND_IDS.includes(command.id) && command.canRun(editor))
  const close = (event: MouseEvent<HTMLElement>) => event.currentTarget.closest('details')?.removeAttribute('open')
  return (
    <details className="menu top-more">
      <summary className="btn btn-quiet btn-icon" aria-label={gettext('More')}>
        <Icon name="ellipsis" />
      </summary>
      <button className="context-close" aria-label={gettext('Close')} tabIndex={-1} onClick={close} />
      <div className="menu-list" onClick={close}>
        {commands.map((command) => (
          <button key={command.id} onClick={() => command.run(editor)}>
            <Icon name={command.icon ?? 'circle'} />
            <span>{command.name}</span>
          </button>
        ))}
      </div>
    </details>
  )
}
