import { join, relative } from "node:path";
import {
  type ClassDeclaration,
  type ConstructorDeclaration,
  type ExportedDeclarations,
  type FunctionDeclaration,
  type MethodDeclaration,
  Node,
  Project,
  type Symbol as TsSymbol,
  type TypeNode,
  type TypeReferenceNode,
  ts,
} from "ts-morph";

/** What a doc comment says. */
export interface Doc {
  readonly text: string;
  readonly default?: string;
  readonly example?: string;
  readonly throws?: string;
  readonly params: Readonly<Record<string, string>>;
  readonly see: readonly string[];
}

/** A prop, an attribute, or a property of a variant. */
export interface Member {
  readonly name: string;
  readonly type: string;
  readonly optional: boolean;
  readonly doc: Doc;
}

/** A function, a method or a constructor. */
export interface Callable {
  readonly name: string;
  /** As it is written, without its body. */
  readonly signature: string;
  readonly parameters: readonly string[];
  readonly isStatic: boolean;
  /** Whether its body throws. */
  readonly throws: boolean;
  readonly doc: Doc;
}

/** One of the types that a type is made of. */
export interface Variant {
  readonly type: string;
  /** One of several, or what each of them has. */
  readonly role: "either" | "always";
  /** Of an object that is written in place, or whose name can't be imported. An exported type has a section of its own. */
  readonly members?: readonly Member[];
  readonly doc: Doc;
}

interface Common {
  readonly name: string;
  readonly doc: Doc;
  /** The types of ours that it names. */
  readonly mentions: readonly string[];
  /** The file, seen from the project's folder. */
  readonly source: string;
}

export type PublicName = Common &
  (
    | { readonly kind: "class"; readonly attributes: readonly Member[]; readonly callables: readonly Callable[] }
    | { readonly kind: "interface"; readonly members: readonly Member[] }
    | { readonly kind: "type"; readonly type: string; readonly variants: readonly Variant[] }
    | { readonly kind: "function"; readonly callable: Callable }
  );

export interface Entry {
  /** What a program imports: `cdktf-milvus-l7/gke`. */
  readonly module: string;
  readonly names: readonly PublicName[];
}

const ROOT = join(__dirname, "..");

/** Everything that a user of the package can import, with what its doc comments say. */
export function readApi(): Entry[] {
  const project = new Project({ tsConfigFilePath: join(ROOT, "tsconfig.lib.json") });
  const { exports } = require("../package.json") as { exports: Record<string, { types: string } | string> };
  const entries = Object.entries(exports).flatMap(([subpath, target]) => {
    if (typeof target === "string") {
      return [];
    }
    const source = target.types.replace("./dist/", "").replace(".d.ts", ".ts");
    const index = project.getSourceFileOrThrow(join(ROOT, source));
    const declared = [...index.getExportedDeclarations()].flatMap(([name, declarations]) =>
      declarations.map((declaration) => ({ name, declaration })),
    );
    return [{ module: subpath.replace(".", "cdktf-milvus-l7"), declared }];
  });
  const exported = new Set(entries.flatMap(({ declared }) => declared.map(({ declaration }) => declaration as Node)));
  return entries.map(({ module, declared }) => ({
    module,
    names: declared.map(({ name, declaration }) => publicName(name, declaration, exported)).sort(byKindAndName),
  }));
}

const KINDS = ["class", "function", "interface", "type"];

function byKindAndName(a: PublicName, b: PublicName): number {
  return KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) || a.name.localeCompare(b.name);
}

function publicName(name: string, declaration: ExportedDeclarations, exported: ReadonlySet<Node>): PublicName {
  const common = {
    name,
    doc: docOf(declaration),
    mentions: mentionedBy(declaration, exported),
    source: relative(ROOT, declaration.getSourceFile().getFilePath()),
  };
  if (Node.isClassDeclaration(declaration)) {
    return { ...common, kind: "class", attributes: attributesOf(declaration), callables: callablesOf(declaration) };
  }
  if (Node.isInterfaceDeclaration(declaration)) {
    return { ...common, kind: "interface", members: membersOf(declaration.getType().getProperties()) };
  }
  if (Node.isTypeAliasDeclaration(declaration)) {
    const node = declaration.getTypeNodeOrThrow();
    return { ...common, kind: "type", type: oneLine(node.getText()), variants: variantsOf(node, exported) };
  }
  if (Node.isFunctionDeclaration(declaration)) {
    return { ...common, kind: "function", callable: callable(name, declaration) };
  }
  throw new Error(`${name} is exported as a ${declaration.getKindName()}, which the reference can't show`);
}

/** What isn't of a base class of cdktf's. */
function isOurs(symbol: TsSymbol): boolean {
  return symbol.getDeclarations().some((declaration) => !declaration.getSourceFile().isInNodeModules());
}

/** Its own and those of the interfaces that it extends; a prop without a comment has that of the one it stands for. */
function membersOf(symbols: readonly TsSymbol[]): Member[] {
  return symbols.filter(isOurs).map((symbol) => {
    const declaration = symbol.getValueDeclarationOrThrow();
    const written = Node.isTyped(declaration) ? declaration.getTypeNode()?.getText() : undefined;
    return {
      name: symbol.getName(),
      type: oneLine(written ?? declaration.getType().getText(declaration)),
      optional: symbol.isOptional(),
      doc: docOf(declaration, symbol),
    };
  });
}

function attributesOf(declaration: ClassDeclaration): Member[] {
  const attributes = declaration.getInstanceProperties().filter((property) => property.getScope() === "public");
  return membersOf(attributes.map((attribute) => attribute.getSymbolOrThrow()));
}

function callablesOf(declaration: ClassDeclaration): Callable[] {
  const methods = [...declaration.getStaticMethods(), ...declaration.getInstanceMethods()];
  return [
    ...declaration.getConstructors().map((node) => callable(`new ${declaration.getName()}`, node)),
    ...methods.filter((method) => method.getScope() === "public").map((method) => callable(method.getName(), method)),
  ];
}

function callable(name: string, node: FunctionDeclaration | MethodDeclaration | ConstructorDeclaration): Callable {
  const parameters = node.getParameters();
  const returned = Node.isConstructorDeclaration(node) ? "" : `: ${node.getReturnTypeNode()?.getText() ?? "void"}`;
  return {
    name,
    signature: `${name}(${oneLine(parameters.map((parameter) => parameter.getText().replace(/^readonly /, "")).join(", "))})${returned}`,
    parameters: parameters.map((parameter) => parameter.getName()),
    isStatic: Node.isMethodDeclaration(node) && node.isStatic(),
    throws: /\bthrow\b|\bthrowIfAny\(/.test(node.getBodyText() ?? ""),
    doc: docOf(node),
  };
}

function variantsOf(node: TypeNode, exported: ReadonlySet<Node>, role: Variant["role"] = "either"): Variant[] {
  if (Node.isParenthesizedTypeNode(node)) {
    return variantsOf(node.getTypeNode(), exported, role);
  }
  if (Node.isIntersectionTypeNode(node)) {
    return node.getTypeNodes().flatMap((part) => variantsOf(part, exported, "always"));
  }
  if (!Node.isUnionTypeNode(node)) {
    const values = Node.isTypeReference(node) ? [] : node.getType().getUnionTypes();
    return values.length > 0
      ? values.map((value) => ({ type: value.getText(), role, doc: NOTHING }))
      : [variant(node, exported, role, NOTHING)];
  }
  // The comment of a variant stands before its `|`, which makes it nobody's to the compiler.
  const text = node.getSourceFile().getFullText();
  let end = node.getFullStart();
  return node.getTypeNodes().map((part) => {
    const before = text.slice(end, part.getStart());
    end = part.getEnd();
    return variant(part, exported, "either", docIn(before));
  });
}

function variant(written: TypeNode, exported: ReadonlySet<Node>, role: Variant["role"], doc: Doc): Variant {
  const node = Node.isParenthesizedTypeNode(written) ? written.getTypeNode() : written;
  const type = oneLine(node.getText());
  const isObject = Node.isTypeLiteral(node) || Node.isIntersectionTypeNode(node) || isShownInPlace(node, exported);
  if (!isObject || node.getType().isUnion()) {
    return { type, role, doc };
  }
  const named = Node.isTypeReference(node) ? referred(node).getDeclarations()[0] : undefined;
  const members = membersOf(node.getType().getProperties());
  return { type, role, members, doc: doc.text === "" && named ? docOf(named) : doc };
}

/** A part of a type that only our own files know by its name. */
function isShownInPlace(node: Node, exported: ReadonlySet<Node>): boolean {
  return (
    Node.isTypeReference(node) &&
    isOurs(referred(node)) &&
    !referred(node)
      .getDeclarations()
      .some((declaration) => exported.has(declaration)) &&
    !node.getType().isUnion() &&
    !node.getAncestors().some(Node.isTypeElement)
  );
}

/** Types of ours that somebody who uses this has to know. */
function mentionedBy(declaration: ExportedDeclarations, exported: ReadonlySet<Node>): string[] {
  const isPrivate = (node: Node) =>
    node.getAncestors().some((above) => Node.isScoped(above) && above.getScope() !== "public") ||
    node.getAncestors().some((above) => Node.isBlock(above));
  return declaration
    .getDescendantsOfKind(ts.SyntaxKind.TypeReference)
    .filter((reference) => !isPrivate(reference) && !isShownInPlace(reference, exported))
    .filter((reference) => isOurs(referred(reference)))
    .map((reference) => reference.getTypeName().getText());
}

function referred(reference: TypeReferenceNode): TsSymbol {
  const symbol = reference.getTypeName().getSymbolOrThrow();
  return symbol.getAliasedSymbol() ?? symbol;
}

const NOTHING: Doc = { text: "", params: {}, see: [] };

/** What stands at a declaration, or at what it stands for in a base interface. */
function docOf(declaration: Node, symbol = declaration.getSymbolOrThrow()): Doc {
  const checker = declaration.getProject().getTypeChecker().compilerObject;
  return docFrom(
    ts.displayPartsToString(symbol.compilerSymbol.getDocumentationComment(checker)),
    symbol.compilerSymbol
      .getJsDocTags(checker)
      .map(({ name, text }) => ({ name, text: ts.displayPartsToString(text) })),
  );
}

/** The doc comment in a piece of source. */
function docIn(source: string): Doc {
  const file = ts.createSourceFile(
    "comment.ts",
    `${source.replaceAll("|", "").replace("=", "")}\nlet it;`,
    ts.ScriptTarget.Latest,
    true,
  );
  const [statement] = file.statements;
  const comment = statement && ts.getJSDocCommentsAndTags(statement).find(ts.isJSDoc);
  return docFrom(ts.getTextOfJSDocComment(comment?.comment) ?? "", []);
}

function docFrom(text: string, tags: readonly { readonly name: string; readonly text: string }[]): Doc {
  const all = (name: string) => tags.filter((tag) => tag.name === name).map((tag) => tag.text.trim());
  const [byDefault] = all("default");
  const [example] = all("example");
  const [throws] = all("throws");
  const params = all("param").map((param) => [param.split(" ", 1)[0] ?? "", param.replace(/^\S+\s*/, "")]);
  return {
    text: oneLine(text),
    ...(byDefault === undefined ? {} : { default: oneLine(byDefault) }),
    ...(example === undefined ? {} : { example }),
    ...(throws === undefined ? {} : { throws: oneLine(throws) }),
    params: Object.fromEntries(params),
    see: all("see"),
  };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
