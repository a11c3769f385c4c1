/**
 * What @peculiar/x509 asks of the polyfill reflect-metadata: to keep notes on a class. It has to be loaded before it.
 *
 * @see https://github.com/microsoft/tsyringe#installation
 */

const notes = new WeakMap<object, Map<unknown, unknown>>();

function getOwnMetadata(key: unknown, target: object): unknown {
  return notes.get(target)?.get(key);
}

function getMetadata(key: unknown, target: object | null): unknown {
  return target === null
    ? undefined
    : (getOwnMetadata(key, target) ?? getMetadata(key, Reflect.getPrototypeOf(target)));
}

function defineMetadata(key: unknown, value: unknown, target: object): void {
  notes.set(target, (notes.get(target) ?? new Map()).set(key, value));
}

Object.assign(Reflect, { getOwnMetadata, getMetadata, defineMetadata });
