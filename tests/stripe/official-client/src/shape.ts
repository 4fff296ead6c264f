// Compares an object with a type of Stripe's package: every property that is not optional must be
// there, null only where the type allows it, and of the right kind, all the way down.
// It must never be told by hand what a type requires: the compiler reads it from the package.

import ts from 'typescript';
import { fileURLToPath } from 'node:url';

const typesFile = fileURLToPath(new URL('../src/types.ts', import.meta.url));
const program = ts.createProgram([typesFile], {
  strict: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.Node16,
  moduleResolution: ts.ModuleResolutionKind.Node16,
  types: ['node'],
});
const checker = program.getTypeChecker();

/** The complaints about a value that should be of the named member of `Shapes` in types.ts. */
export function complaints(shape: string, value: unknown): string[] {
  const source = program.getSourceFile(typesFile);
  const shapes = source?.statements.find(ts.isInterfaceDeclaration);
  const member = shapes?.members.find((item) => item.name?.getText(source) === shape);
  if (member === undefined) return [`types.ts has no ${shape}`];
  return compare(checker.getTypeAtLocation(member), value, shape, 0);
}

const DEPTH_MAX = 8;

function compare(type: ts.Type, value: unknown, path: string, depth: number): string[] {
  if (depth > DEPTH_MAX) return [];
  const nothing = ts.TypeFlags.Null | ts.TypeFlags.Undefined;
  // For an object, "is not null" and "is not a string" explain nothing.
  const besides = typeof value === 'object' && value !== null ? nothing | ts.TypeFlags.StringLike : 0;
  const members = type.isUnion() ? type.types : [type];
  const likely = members.filter((option) => !(option.flags & besides));
  const options = likely.length > 0 ? likely : members;
  const tried = options.map((option) => compareOne(option, value, path, depth));
  // A union holds if one of its members does; else the member with fewest complaints explains best.
  tried.sort((a, b) => a.length - b.length);
  return tried[0] ?? [];
}

function compareOne(type: ts.Type, value: unknown, path: string, depth: number): string[] {
  const expected = checker.typeToString(type);
  const wrong = [`${path}: ${JSON.stringify(value)?.slice(0, 60)} is not ${expected}`];
  const not = (holds: boolean): string[] => (holds ? [] : wrong);
  if (type.flags & (ts.TypeFlags.Any | ts.TypeFlags.Unknown)) return [];
  if (type.flags & ts.TypeFlags.Null) return not(value === null);
  if (type.flags & ts.TypeFlags.Undefined) return not(value === undefined);
  if (type.isStringLiteral() || type.isNumberLiteral()) return not(value === type.value);
  if (type.flags & ts.TypeFlags.BooleanLiteral) return not(String(value) === expected);
  if (type.flags & ts.TypeFlags.StringLike) return not(typeof value === 'string');
  if (type.flags & ts.TypeFlags.NumberLike) return not(typeof value === 'number');
  // The client turns decimals into objects of its own; on the wire they are texts.
  if (type.aliasSymbol?.name === 'Decimal') return not(typeof value === 'string');
  // Stripe's `OtherString` is `string & {}`: any word it may add later.
  if (type.isIntersection()) {
    const text = type.types.some((part) => part.flags & ts.TypeFlags.String);
    return text ? not(typeof value === 'string') : type.types.flatMap((part) => compare(part, value, path, depth));
  }
  if (!(type.flags & ts.TypeFlags.Object)) return [];
  if (checker.isArrayType(type)) return compareArray(type, value, path, depth) ?? wrong;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong;
  return compareFields(type, value as Record<string, unknown>, path, depth);
}

function compareArray(type: ts.Type, value: unknown, path: string, depth: number): string[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const item = checker.getTypeArguments(type as ts.TypeReference)[0];
  if (item === undefined) return [];
  return value.flatMap((entry, index) => compare(item, entry, `${path}[${index}]`, depth + 1));
}

function compareFields(type: ts.Type, value: Record<string, unknown>, path: string, depth: number): string[] {
  const found: string[] = [];
  for (const property of type.getProperties()) {
    const optional = (property.flags & ts.SymbolFlags.Optional) !== 0;
    const here = `${path}.${property.name}`;
    if (!(property.name in value)) {
      if (!optional && !isMethod(property)) found.push(`${here} is missing`);
      continue;
    }
    found.push(...compare(checker.getTypeOfSymbol(property), value[property.name], here, depth + 1));
  }
  return found;
}

function isMethod(property: ts.Symbol): boolean {
  return checker.getTypeOfSymbol(property).getCallSignatures().length > 0;
}
