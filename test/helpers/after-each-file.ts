// Each test file loads the modules anew, and those listen for errors of the output, which all files of a worker share.
const before = process.stdout.listeners("error");
afterAll(() => {
  for (const listener of process.stdout.listeners("error"))
    if (!before.includes(listener)) Reflect.apply(process.stdout.off, process.stdout, ["error", listener]);
});
