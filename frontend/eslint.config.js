import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'
import { translated } from './eslint-gettext.js'
import { textAlone } from './eslint-text-alone.js'

// From top to bottom. A layer may import from itself and the layers below it, including types.
const LAYERS = ['entries', 'storyboard', 'ui', 'map', 'commands', 'sync', 'store', 'layout', 'model', 'lib']
const REACT_LAYERS = ['entries', 'storyboard', 'ui', 'map'] // the only layers that may use React

const TESTS = '**/*.test.{ts,tsx}'
const HELPERS = 'src/*/testing/**' // used by tests only

// A key that is read without lib/keys.ts would also react while someone chooses a Japanese or Chinese word with it.
const DIRECT_KEY_ACCESS = [
  'MemberExpression[property.name=/^(key|keyCode|which)$/][object.name=/^(event|e|ev|evt|press|pressed|nativeEvent)$/]',
  'MemberExpression[property.name=/^(key|keyCode|which)$/][object.property.name="nativeEvent"]',
  'BinaryExpression[left.property.name="key"][right.value=/^(Enter|Escape|Esc|Tab|Arrow\\w+|Home|End|Page\\w+|Backspace|Delete|F\\d+|[A-Za-z]| )$/]',
  'ObjectPattern[typeAnnotation.typeAnnotation.typeName.name="KeyboardEvent"] > Property[key.name=/^(key|keyCode|which)$/]',
]

function imports(layer, isTest) {
  const above = LAYERS.slice(0, LAYERS.indexOf(layer))
  const patterns = [
    above.length && {
      regex: `^(\\.\\./)+(${above.join('|')})/`,
      message: `${layer}/ must not import from the layers above it.`,
    },
    !REACT_LAYERS.includes(layer) && {
      regex: '^(react|react-dom|@dnd-kit|@testing-library)(/|$)',
      message: `${layer}/ must not depend on React or dnd-kit.`,
    },
    !isTest && { regex: '/testing/', message: 'Only tests may import test helpers.' },
  ]
  return { rules: { 'no-restricted-imports': ['error', { patterns: patterns.filter(Boolean) }] } }
}

export default tseslint.config(
  { ignores: ['node_modules/', 'coverage/', 'src/tokens.ts', 'src/model/api.ts', 'src/model/recordTables.ts'] },
  ...tseslint.configs.strict,
  {
    rules: {
      eqeqeq: 'error',
      'no-eval': 'error',
      'no-implied-eval': 'error',
      // User data must never become markup. Build nodes, or clone a <template>.
      'no-restricted-properties': [
        'error',
        { property: 'innerHTML', message: 'Use textContent, or clone a <template>.' },
        { property: 'outerHTML', message: 'Use textContent, or clone a <template>.' },
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      // A type-only import(…) would bypass the layer rules.
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unsafe-assignment': 'error',
      '@typescript-eslint/no-unsafe-return': 'error',
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: [TESTS, HELPERS, 'src/lib/keys.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...DIRECT_KEY_ACCESS.map((selector) => ({
          selector,
          message: 'Use keyName or typedText (lib/keys.ts). They ignore keys that an input method is using.',
        })),
      ],
    },
  },
  {
    files: ['src/**/*.{ts,tsx}'],
    ignores: [TESTS, HELPERS],
    plugins: { i18n: { rules: { translated } } },
    rules: { 'i18n/translated': 'error' },
  },
  ...LAYERS.flatMap((layer) => [
    { files: [`src/${layer}/**`], ignores: [TESTS, HELPERS], ...imports(layer, false) },
    { files: [`src/${layer}/${TESTS}`, `src/${layer}/testing/**`], ...imports(layer, true) },
  ]),
  {
    files: ['src/map/**/*.tsx', 'src/ui/**/*.tsx'],
    ignores: [TESTS],
    plugins: { cxmap: { rules: { 'text-alone': textAlone } } },
    rules: { 'cxmap/text-alone': 'error' },
  },
  { files: ['src/map/**', 'src/ui/**'], ...reactHooks.configs.flat.recommended },
  {
    files: ['src/map/**', 'src/ui/**'],
    rules: {
      'react-hooks/exhaustive-deps': 'error',
      // Measured boxes and fetched pages arrive after rendering, so effects set state.
      'react-hooks/set-state-in-effect': 'off',
    },
  },
)
