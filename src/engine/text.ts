/** Text and bytes, without loss: what is no UTF-8 survives as lone surrogates (host.ts). */
export { decode, encode } from "#host";
