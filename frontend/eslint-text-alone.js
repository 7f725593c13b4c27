// A page translation of the browser replaces text nodes by <font> elements. React goes on writing to the
// node that it made, or puts a new element before it: the text freezes, or the page breaks. A text that may
// change must therefore be the only child of its element, which React rewrites as a whole.
const TEXTUAL = /^(string|number|bigint)$/

/** Whether a type may be a text that is drawn. */
function mayBeText(checker, type) {
  if (type.aliasSymbol?.name === 'ReactNode') return false // what is passed in is checked where it is written
  if (type.isUnion()) return type.types.some((one) => mayBeText(checker, one))
  if (type.isStringLiteral()) return type.value.trim() !== '' // spaces are not translated
  return TEXTUAL.test(checker.typeToString(checker.getBaseTypeOfLiteralType(type)))
}

const isBlank = (node) => node.type === 'JSXText' && /^\s*$/.test(node.value)

export const textAlone = {
  meta: {
    type: 'problem',
    fixable: 'code',
    schema: [],
    messages: {
      alone: 'A text that may change stands alone in its element: wrap it in a <span>, or make it one template string.',
    },
  },
  create(context) {
    const { program, esTreeNodeToTSNodeMap: nodes } = context.sourceCode.parserServices
    const checker = program.getTypeChecker()
    const check = ({ children }) => {
      const drawn = children.filter((node) => !isBlank(node) && node.expression?.type !== 'JSXEmptyExpression')
      if (drawn.length < 2) return
      for (const node of drawn) {
        if (node.type !== 'JSXExpressionContainer') continue
        const type = checker.getTypeAtLocation(nodes.get(node.expression))
        if (node.expression.type !== 'Literal' && mayBeText(checker, type)) {
          context.report({
            node,
            messageId: 'alone',
            fix: (fixer) => [fixer.insertTextBefore(node, '<span>'), fixer.insertTextAfter(node, '</span>')],
          })
        }
      }
    }
    return { JSXElement: check, JSXFragment: check }
  },
}
