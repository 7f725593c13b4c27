import { gettext } from '../lib/i18n'
import { useEditor, useMayDraw, useRecord } from '../map/hooks'
import { Icon } from '../map/icons'
import type { Id } from '../model/records'

interface ExportMenuProps {
  readonly frame: Id | undefined // the open frame
}

/** What the storyboard and its open frame can be saved as. The server makes the files. */
export function ExportMenu({ frame }: ExportMenuProps) {
  const { urls } = useEditor()
  const mayDraw = useMayDraw()
  const isDrawn = Boolean(useRecord(frame)?.fields['picture'])
  const board = urls['storyboard_export'] ?? ''
  const own = (path: string) => `/frames/${String(frame)}/${path}/`
  return (
    <details className="menu">
      <summary className="btn btn-quiet btn-icon" aria-label={gettext('Export')} title={gettext('Export')}>
        <Icon name="download" />
      </summary>
      <div className="menu-list">
        <a href={`${board}#pdf`}>
          <Icon name="printer" /> {gettext('PDF to print')}
        </a>
        <a href={`${board}#pictures`}>
          <Icon name="download" /> {gettext('Pictures as a ZIP file')}
        </a>
        {frame && isDrawn && (
          <>
            <a href={own('export/png')}>
              <Icon name="download" /> {gettext('This frame as PNG')}
            </a>
            <a href={own('export/svg')}>
              <Icon name="download" /> {gettext('This frame as SVG')}
            </a>
          </>
        )}
        {frame && (
          <a href={own('excalidraw')}>
            <Icon name="download" /> {gettext('This frame for Excalidraw')}
          </a>
        )}
        {frame && mayDraw && (
          <a href={own('import')}>
            <Icon name="upload" /> {gettext('Import from Excalidraw')}
          </a>
        )}
      </div>
    </details>
  )
}
