import ts from 'typescript';

/** Names of the platform's own HTTP, and those that headers and statuses commonly have. */
const names = new Set(['Request', 'Response', 'Headers', 'headers', 'statusCode', 'statusText']);

/** The statuses of refusals and failures ("HTTP Status Code Registry" of IANA), without the two round numbers. */
const statuses = new Set(
  [...range(401, 418), ...range(421, 426), 428, 429, 431, 451, ...range(501, 508), 510, 511].map(String),
);
/** These are sizes and counts as well: they are statuses if something compares them, is called with them, or returns them. */
const round = new Set(['400', '500']);

const words: readonly RegExp[] = [
  /\bHTTP\b/,
  /\bx-amzn?-[a-z]+/i,
  /\bstatus [1-5](?:\d\d|xx)\b/i,
  /\ban? [45](?:\d\d|xx)\b/i,
  /(?<!\btar )\bheaders?\b/i,
  /\b(?:content-(?:length|range|type)|retry-after|www-authenticate)\b/i,
];

/** Lists the words of HTTP in a source, each once: in its code, and in its texts and comments. */
export function httpWords(file: ts.SourceFile): string[] {
  const found = new Set<string>();
  const visit = (node: ts.Node): void => {
    for (const word of wordsOf(node)) found.add(word);
    ts.forEachChild(node, visit);
  };
  visit(file);
  for (const [comment] of file.text.matchAll(/\/\*[\s\S]*?\*\/|\/\/.*/g)) {
    for (const word of wordsIn(comment)) found.add(word);
  }
  return [...found];
}

function wordsOf(node: ts.Node): readonly string[] {
  if (ts.isIdentifier(node)) return names.has(node.text) ? [node.text] : [];
  if (ts.isNumericLiteral(node)) return isStatus(node) ? [node.text] : [];
  if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
    return wordsIn(node.text);
  }
  if (ts.isCallExpression(node)) return isNamed(calledOf(node), /^fetch$/) ? ['fetch()'] : [];
  return isNumberOfStatus(node) ? ['status'] : [];
}

const calledOf = ({ expression }: ts.CallExpression): ts.Node =>
  ts.isPropertyAccessExpression(expression) ? expression.name : expression;

const isNamed = (node: ts.Node, name: RegExp): boolean => ts.isIdentifier(node) && name.test(node.text);

function isStatus({ text, parent }: ts.NumericLiteral): boolean {
  if (statuses.has(text)) return true;
  if (!round.has(text)) return false;
  return !((ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) && !isNamed(parent.name, /status$/i));
}

/** Aliases and uploads have a status too, but no number is one. */
function isNumberOfStatus(node: ts.Node): boolean {
  if (!ts.isParameter(node) && !ts.isPropertySignature(node) && !ts.isPropertyDeclaration(node)) return false;
  return isNamed(node.name, /status$/i) && node.type?.kind === ts.SyntaxKind.NumberKeyword;
}

const wordsIn = (text: string): string[] => words.flatMap((word) => word.exec(text)?.[0] ?? []);

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}
