/** Stands for the module `get-stream` inside the bundles: no action that is called takes a stream. */
export default {
  /** @throws always */
  async buffer(): Promise<never> {
    throw new Error("the bundled SDK takes no streams as parameters");
  },
};
