/** The API endpoints of drawings. Requests fail as in sync/api.ts. */
import type { Id } from '../model/records'
import type { HttpApi } from '../sync/api'
import type { DrawnElement } from './drawnElement'

export interface Drawing {
  readonly version: number
  readonly elements: readonly DrawnElement[]
  readonly records: Readonly<Record<Id, string>> // element ids by the ids of their records
  readonly files: Readonly<Record<string, { readonly url: string }>> // uploaded pictures, by file id
}

export interface UploadedImage {
  readonly file_id: string
  readonly url: string
  readonly width: number
  readonly height: number
}

/** The picture of a frame at the end of somebody's sitting. */
export interface EarlierPicture {
  readonly picture: Id
  readonly drawn: number
  readonly at: string
  readonly who: string
}

export interface DrawingApi {
  /** Return the frame's own drawing: a new one, or a copy if other frames show the same drawing. */
  claim(frame: Id): Promise<Id>
  read(drawing: Id): Promise<Drawing>
  save(
    drawing: Id,
    elements: readonly DrawnElement[],
  ): Promise<{ readonly version: number; readonly lost: readonly DrawnElement[] }>
  savePicture(frame: Id, svg: string, drawn: number): Promise<void>
  upload(drawing: Id, file: Blob): Promise<UploadedImage>
  /** Return a page of the pictures that a frame had. `next` is the page to read after it. */
  earlierPictures(
    frame: Id,
    page: string | null,
  ): Promise<{ readonly results: readonly EarlierPicture[]; readonly next: string | null }>
  /** Make a drawing look as `source` did at a version. The drawing may be a copy of it. */
  restore(drawing: Id, version: number, source: Id): Promise<void>
}

/** `whenSaved` resolves once the server has a frame, which may have been added a moment ago, or offline. */
export function drawingApi(api: HttpApi, whenSaved: (frame: Id) => Promise<void>): DrawingApi {
  return {
    claim: async (frame) => {
      await whenSaved(frame)
      return ((await api.request(`frames/${frame}/drawing`, {})) as { drawing: Id }).drawing
    },
    read: async (drawing) => (await api.request(`drawings/${drawing}`)) as Drawing,
    save: async (drawing, elements) =>
      (await api.request(`drawings/${drawing}/elements`, { elements })) as Awaited<ReturnType<DrawingApi['save']>>,
    savePicture: async (frame, svg, drawn) =>
      void (await api.request(`frames/${frame}/picture`, { svg, drawn }, 'PUT')),
    upload: async (drawing, file) => {
      const body = new FormData()
      body.append('file', file)
      return (await api.request(`drawings/${drawing}/images`, body)) as UploadedImage
    },
    earlierPictures: async (frame, page) => {
      const path = `frames/${frame}/pictures${page === null ? '' : new URL(page).search}`
      return (await api.request(path)) as Awaited<ReturnType<DrawingApi['earlierPictures']>>
    },
    restore: async (drawing, version, source) =>
      void (await api.request(`drawings/${drawing}/restore`, { version, source })),
  }
}
