/** SHA-256, by OpenSSL's libcrypto. The SHA256_* functions need neither its configuration nor its initialization, both of which cost milliseconds. */
import { hex } from "../../base/bytes.ts";
import { type Digest, digestFromHex } from "../../base/digest.ts";
import { encodeText } from "../../base/text.ts";
import { requireLibrary } from "../call/library.ts";

/** struct SHA256_CTX has 112 bytes. */
const STATE_SIZE = 128;
const DIGEST_SIZE = 32;

type Bound = ReturnType<typeof bind>;

let bound: Bound | undefined;

function bind() {
  const library = requireLibrary({
    purpose: "compute a SHA-256 digest",
    files: ["libcrypto.so.3", "libcrypto.so.1.1"],
    packages: "libssl3 (Debian, Ubuntu), openssl-libs (Fedora) or libcrypto3 (Alpine)",
  });
  return {
    init: library("SHA256_Init", "i32", ["pointer"]),
    update: library("SHA256_Update", "i32", ["pointer", "pointer", "u64"]),
    final: library("SHA256_Final", "i32", ["pointer", "pointer"]),
  };
}

/** The digest of bytes that come in pieces. */
export class Sha256 {
  readonly #library: Bound;
  readonly #state = new Uint8Array(STATE_SIZE);

  /** Throws code "unsupported" on a machine without libcrypto. */
  constructor() {
    bound ??= bind();
    this.#library = bound;
    this.#library.init(this.#state);
  }

  update(bytes: Uint8Array): this {
    this.#library.update(this.#state, bytes, bytes.length);
    return this;
  }

  /** 64 lower-case digits. After the last piece, and only once. */
  hex(): string {
    const digest = new Uint8Array(DIGEST_SIZE);
    this.#library.final(digest, this.#state);
    return hex(digest);
  }

  /** The same as a name of content. */
  digest(): Digest {
    return digestFromHex(this.hex());
  }
}

/** Of text: its UTF-8. */
export function digestOf(data: string | Uint8Array): Digest {
  return new Sha256().update(typeof data === "string" ? encodeText(data) : data).digest();
}

/** Of all that a stream has. */
export function digestOfAll(stream: Iterable<Uint8Array>): Digest {
  const hash = new Sha256();
  for (const piece of stream) hash.update(piece);
  return hash.digest();
}
