/*
 * Stands for the module `tslib` inside the bundles: the helper that the SDK's compiled modules call where one
 * imports another.
 */

/** A module as CommonJS has it. */
type Exports = Readonly<Record<string, unknown>>;

/** `import name from`: a module that was no ES module is its own default. */
function __importDefault(module: Exports): Exports {
  return module["__esModule"] ? module : { default: module };
}

export = { __importDefault };
