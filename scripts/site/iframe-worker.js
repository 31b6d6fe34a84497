// Lets the search run from a disk. Browsers start no worker from a file: address, so the script of the worker runs in a hidden frame.
if (location.protocol === "file:") {
  class IFrameWorker extends EventTarget {
    constructor(address) {
      super();
      const frame = document.createElement("iframe");
      frame.hidden = true;
      document.body.append(frame);
      const inside = frame.contentWindow;
      this.frame = frame;
      this.ready = new Promise((resolve, reject) => {
        // Answers of the script, which it would post to its page.
        inside.postMessage = (data) => this.dispatchEvent(new MessageEvent("message", { data }));
        inside.importScripts = (...addresses) =>
          addresses.reduce((earlier, next) => earlier.then(() => load(inside, next)), Promise.resolve());
        load(inside, String(address)).then(resolve, reject);
      });
    }
    postMessage(data) {
      this.ready.then(() => {
        this.frame.contentWindow.dispatchEvent(new MessageEvent("message", { data }));
      });
    }
    terminate() {
      this.frame.remove();
    }
  }
  const load = (inside, address) =>
    new Promise((resolve, reject) => {
      const script = inside.document.createElement("script");
      script.src = address;
      script.onload = () => resolve();
      script.onerror = () => reject(new Error(`${address} cannot be loaded`));
      inside.document.head.append(script);
    });
  window.IFrameWorker = IFrameWorker; // the search asks its parent for this name
  window.Worker = IFrameWorker;
}
