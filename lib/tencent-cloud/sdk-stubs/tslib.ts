/*
 * Stands for the module `tslib` inside the bundles: the three helpers that the SDK's compiled modules call
 * where one imports another.
 */

/** A module as CommonJS has it. */
type Exports = Readonly<Record<string, unknown>>;

/** `import name from`: a module that was no ES module is its own default. */
function __importDefault(module: Exports): Exports {
  return module["__esModule"] ? module : { default: module };
}

/** `import * as name from`. tslib copies the members, and so loads what node:crypto loads when it is read. */
function __importStar(module: Exports): Exports {
  return module["__esModule"] ? module : Object.create(module, { default: { value: module } });
}

/** `export * from` */
function __exportStar(module: Exports, exports: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(module)) {
    if (name !== "default" && !Object.hasOwn(exports, name)) exports[name] = value;
  }
}

export = { __importDefault, __importStar, __exportStar };
