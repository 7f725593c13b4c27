import type { Id } from '../model/records'
import { useEditor, useRecord } from './hooks'

/** The picture of a frame, or blank paper. `alt` describes it, unless adjacent text does. */
export function FrameImage({ frame, alt = '' }: { frame: Id; alt?: string }) {
  const { urls } = useEditor()
  const picture = useRecord(frame)?.fields['picture']
  return (
    <img
      className="frame-picture"
      src={picture ? urls['picture']?.replace('{id}', String(picture)) : BLANK}
      alt={alt}
      draggable={false}
      loading="lazy"
      decoding="async"
    />
  )
}

const BLANK = 'data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 10"/>'
