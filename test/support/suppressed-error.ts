/**
 * What a test failed of, where its cleaning up then failed too: the error that both become has no message of its own, and Bun prints nothing
 * of the two.
 */
Object.defineProperty(SuppressedError.prototype, "message", {
  configurable: true,
  get(this: SuppressedError): string {
    return `${Bun.inspect(this.suppressed)}\nand while cleaning up: ${Bun.inspect(this.error)}`;
  },
});
