/** The visitor's wallets: those that announce themselves (EIP-6963), and window.ethereum where none does. */

const found = new Map();

/** Calls `changed` with the list of {info: {uuid, name, icon, rdns}, provider} now and whenever one more appears. */
export function discover(changed) {
  addEventListener("eip6963:announceProvider", ({ detail }) => {
    if (!detail?.info?.uuid || found.has(detail.info.uuid)) return;
    found.set(detail.info.uuid, detail);
    changed(wallets());
  });
  dispatchEvent(new Event("eip6963:requestProvider"));
  changed(wallets());
}

export function wallets() {
  const announced = [...found.values()];
  if (announced.length || !globalThis.ethereum) return announced;
  return [{ info: { uuid: "injected", rdns: "injected", name: "window.ethereum", icon: "" }, provider: globalThis.ethereum }];
}
