/** Stands in for a browser wallet: announces itself (EIP-6963) late, as extensions do, and lets Python sign. */
(() => {
  const listeners = {};
  const provider = {
    async request({ method, params = [] }) {
      const { result, error } = JSON.parse(await window.standInWallet(JSON.stringify({ method, params })));
      if (error) throw Object.assign(new Error(error.message), error);
      if (method === "wallet_switchEthereumChain") (listeners.chainChanged ?? []).forEach((tell) => tell(params[0].chainId));
      return result;
    },
    on: (name, tell) => { (listeners[name] ??= []).push(tell); },
    removeListener() {},
  };
  const info = Object.freeze({ uuid: "350670db-19fa-4704-a166-e52e178b59d2", name: "Stand-in", icon: "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>", rdns: "test.stand-in" });
  const announce = () => dispatchEvent(new CustomEvent("eip6963:announceProvider", { detail: Object.freeze({ info, provider }) }));
  addEventListener("eip6963:requestProvider", () => setTimeout(announce, 50));
  announce();
})();
