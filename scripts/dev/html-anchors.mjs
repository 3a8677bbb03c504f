// A plugin for remark: lets links be checked against the anchors that pages have in HTML, `<a id="…"></a>`.
export default function htmlAnchors() {
  return (tree) => visit(tree);
}

function visit(node) {
  const [, id] = (node.type === "html" && /^<a id="([^"]+)">/.exec(node.value)) || [];
  if (id) node.data = { hProperties: { id } };
  for (const child of node.children ?? []) visit(child);
}
