import { useEffect } from 'react'
import { gettext } from '../lib/i18n'
import { Signal } from '../lib/signal'
import { useEditor, useSignal } from '../map/hooks'
import { openDialog } from './dialogState'
import type * as Overlays from './overlays'

const overlays = new Signal<typeof Overlays | null>(null)

/**
 * Return the dialogs and panels, or null until they are loaded. Loading starts right after the first rendering, so that
 * the map doesn't wait for them and they work offline. If it fails, opening one tries again.
 */
export function useOverlays(): typeof Overlays | null {
  const { state, ui } = useEditor()
  const dialog = useSignal(openDialog)
  const panel = useSignal(state.panel)
  const loaded = useSignal(overlays)
  useEffect(() => {
    if (loaded) return
    import('./overlays').then(
      (module) => overlays.set(module),
      () => {
        if (dialog || panel) ui.toast(gettext('Loading failed. Check your connection and try again.'))
      },
    )
  }, [loaded, dialog, panel, ui])
  return loaded
}
