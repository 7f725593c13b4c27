import { useEditor, useRecord } from '../map/hooks'
import type { Id } from '../model/records'

/** The picture of a frame, or blank paper. What it shows is in the text beside it. */
export function FrameImage({ frame, alt = '' }: { frame: Id; alt?: string }) {
  const { urls } = useEditor()
  const picture = useRecord(frame)?.fields['picture']
  return picture ? (
    <img className="paper" src={pictureUrl(urls, String(picture))} alt={alt} draggable={false} decoding="async" />
  ) : (
    <span className="paper" role={alt ? 'img' : undefined} aria-label={alt || undefined} />
  )
}

export function pictureUrl(urls: Readonly<Record<string, string>>, picture: Id): string {
  return (urls['picture'] ?? '').replace('{id}', picture)
}
