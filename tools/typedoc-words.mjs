// @ts-check
import { Converter, ReflectionKind } from "typedoc";

/**
 * Shows the words of a word list. For `type Scheme = (typeof SCHEMES)[number]` typedoc shows the name of the array, which
 * users cannot import.
 *
 * @param {import("typedoc").Application} app
 */
export function load(app) {
  /** @type {Map<import("typedoc").DeclarationReflection, import("typedoc").SomeType>} */
  const resolved = new Map();
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (context, reflection) => {
    const symbol = reflection.kind === ReflectionKind.TypeAlias && context.getSymbolFromReflection(reflection);
    if (symbol) {
      resolved.set(reflection, context.converter.convertType(context, context.checker.getDeclaredTypeOfSymbol(symbol)));
    }
  });
  // typedoc sets the type after the event above.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, () => {
    for (const [reflection, type] of resolved) {
      if (reflection.type?.type === "indexedAccess") {
        reflection.type = type;
      }
    }
  });
}
