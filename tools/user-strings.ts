/** The texts of the program that people read: string and template literals of the modules that make them. */
import { globSync, readFileSync } from 'node:fs';
import { parseSync } from '@swc/core';

export type UserString = { readonly file: string; readonly text: string };

/** Texts of Go and containerd, which pullgate repeats letter by letter, are in other modules of the core. */
const sources = [
  'src/report/**/*.ts',
  'src/core/finding/**/*.ts',
  'src/core/{egress,node,object,pull,verdict,workload}/**/*.ts',
  'src/{cli,config,entrypoints,examination,file,sources,telemetry}/**/*.ts',
  'src/main.ts',
];

/** In the order of the files and of the texts in them, each text of a file once. */
export function userStrings(root: string): readonly UserString[] {
  const files = sources.flatMap((pattern) => globSync(pattern, { cwd: root }).toSorted());
  return files.flatMap((file) => {
    const module = parseSync(readFileSync(`${root}/${file}`, 'utf8'), { syntax: 'typescript', target: 'esnext' });
    return [...new Set(textsIn(module.body))].filter(isProse).map((text) => ({ file, text }));
  });
}

/** Words with a blank between them; headers, patterns and names of programs have none, or no letters. */
function isProse(text: string): boolean {
  return /[a-z}>] [a-z<{(]/i.test(text) && !/^[\w/+.-]+; ?\w+=/.test(text);
}

type SyntaxNode = { readonly type?: string; readonly [member: string]: unknown };

function textsIn(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  const node = value as SyntaxNode;
  switch (node.type ?? '') {
    case 'ImportDeclaration':
    case 'TsLiteralType':
      return [];
    case 'ThrowStatement':
      // A bug of pullgate has no reader but its developers; what users did wrong is a class of its own.
      return isBug(node) ? [] : Object.values(node).flatMap(textsIn);
    case 'StringLiteral':
      return [String(node.value)];
    case 'TemplateLiteral':
      return [templateText(node), ...textsIn(node.expressions)];
    default:
      return Object.values(node).flatMap(textsIn);
  }
}

function isBug({ argument }: SyntaxNode): boolean {
  const { type, callee, arguments: given } = argument as SyntaxNode;
  if (type !== 'NewExpression' || (callee as SyntaxNode).value !== 'Error') return false;
  const [first] = given as readonly { readonly expression: SyntaxNode }[];
  return first?.expression.type === 'StringLiteral';
}

function templateText({ quasis, expressions }: SyntaxNode): string {
  const names = (expressions as readonly SyntaxNode[]).map((expression) => `<${nameOf(expression)}>`);
  const parts = quasis as readonly { readonly cooked: string }[];
  return parts.map(({ cooked }, index) => `${cooked}${names[index] ?? ''}`).join('');
}

function nameOf(node: SyntaxNode): string {
  switch (node.type ?? '') {
    case 'Identifier':
      return String(node.value);
    case 'MemberExpression':
      return nameOf(node.property as SyntaxNode);
    case 'CallExpression': {
      const [first] = node.arguments as readonly { readonly expression: SyntaxNode }[];
      return first === undefined ? nameOf(node.callee as SyntaxNode) : nameOf(first.expression);
    }
    default:
      return '…';
  }
}
