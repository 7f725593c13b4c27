// Copies third-party assets into static/: fonts with their licenses, and the icons named in icons.json as a single
// sprite. Run manually (npm run vendor); the results are committed.
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = dirname(fileURLToPath(import.meta.url))
const packages = join(here, 'node_modules')
const out = join(here, '..', 'static')

const fonts = {
  inter: ['inter-latin-wght-normal', 'inter-latin-ext-wght-normal'],
  'bricolage-grotesque': ['bricolage-grotesque-latin-opsz-normal', 'bricolage-grotesque-latin-ext-opsz-normal'],
  'shantell-sans': ['shantell-sans-latin-wght-normal', 'shantell-sans-latin-ext-wght-normal'],
}
mkdirSync(join(out, 'fonts'), { recursive: true })
for (const [family, files] of Object.entries(fonts)) {
  const source = join(packages, '@fontsource-variable', family)
  copyFileSync(join(source, 'LICENSE'), join(out, 'fonts', `${family}-OFL.txt`))
  for (const file of files) {
    copyFileSync(join(source, 'files', `${file}.woff2`), join(out, 'fonts', `${file}.woff2`))
  }
}

const icons = JSON.parse(readFileSync(join(here, 'icons.json'), 'utf8'))
const symbols = icons.map((name) => {
  const svg = readFileSync(join(packages, 'lucide-static', 'icons', `${name}.svg`), 'utf8')
  const shapes = svg.replace(/^[\s\S]*?<svg[\s\S]*?>|<\/svg>\s*$/g, '').replace(/\s*\n\s*/g, '')
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`
})
const note = '<!-- Lucide icons, ISC licence: see icons-LICENSE.txt. Made by frontend/vendor.js. -->'
writeFileSync(
  join(out, 'icons.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg">${note}\n${symbols.join('\n')}\n</svg>\n`,
)
copyFileSync(join(packages, 'lucide-static', 'LICENSE'), join(out, 'icons-LICENSE.txt'))
