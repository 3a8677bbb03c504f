/** Stands for the module `form-data` inside the bundles: no action that is called takes multipart requests. */
export default class FormData {
  /** @throws always */
  constructor() {
    throw new Error("the bundled SDK makes no multipart requests");
  }
}
