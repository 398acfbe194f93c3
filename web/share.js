// Links that carry code: deflated and in base64url behind the `#`, which no browser sends to a server. `#code=…` is the first format that
// there is; another one would have a number, as in `#code2=…`.

import { SOURCE_MAX } from "./fife.js";
import { bytes as inBytes, count } from "./numbers.js";

/** The most characters that the code of a link may have. All of a source that a machine takes fits, whatever it is. */
const CODE_MAX = Math.ceil((SOURCE_MAX * 1.01 + 64) / 3) * 4;

/** What a page says of a link that it cannot use. */
export class LinkError extends Error {
  static tooLong(length) {
    return new LinkError(`This link is too long: ${count(length)} characters, of ${count(CODE_MAX)} at most.`);
  }
}

/** How much goes through a stream at a time. A browser unfolds all of a piece at once, to a thousand times its size at most. */
const PIECE = 1024;

/** What comes of bytes that go through a stream; null if that is more than allowed. */
async function pass(bytes, stream, limit = Infinity) {
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const write = async () => {
    for (let at = 0; at < bytes.length; at += PIECE) {
      await writer.write(bytes.subarray(at, at + PIECE));
    }
    await writer.close();
  };
  const parts = [];
  let length = 0;
  const read = async () => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return new Uint8Array(await new Blob(parts).arrayBuffer());
      }
      length += value.length;
      if (length > limit) {
        await reader.cancel();
        return null;
      }
      parts.push(value);
    }
  };
  const [result] = await Promise.all([read(), write().catch((error) => (length > limit ? null : Promise.reject(error)))]);
  return result;
}

/** The fragment of a link to this code, without the `#`. */
export async function toFragment(code) {
  const bytes = await pass(new TextEncoder().encode(code), new CompressionStream("deflate-raw"));
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return `code=${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The code of a link's fragment; null if it has none. Throws a `LinkError` that says what is wrong with it. */
export async function fromFragment(fragment) {
  const found = /^#?code(\d*)=/.exec(fragment);
  if (!found) {
    return null;
  }
  if (found[1] !== "") {
    throw new LinkError(`This link has format ${found[1].slice(0, 9)}, which this page does not know. A newer one may.`);
  }
  const code = fragment.slice(found[0].length);
  if (code.length > CODE_MAX) {
    throw LinkError.tooLong(code.length);
  }
  const damaged = "This link is damaged: a part of it is missing, or was changed.";
  if (!/^[A-Za-z0-9_-]+$/.test(code)) {
    throw new LinkError(damaged);
  }
  let source;
  try {
    const binary = atob(code.replaceAll("-", "+").replaceAll("_", "/"));
    const deflated = new Uint8Array(binary.length);
    for (let at = 0; at < binary.length; at += 1) {
      deflated[at] = binary.charCodeAt(at);
    }
    const inflated = await pass(deflated, new DecompressionStream("deflate-raw"), SOURCE_MAX);
    source = inflated && new TextDecoder("utf-8", { fatal: true }).decode(inflated);
  } catch {
    throw new LinkError(damaged);
  }
  if (source === null) {
    throw new LinkError(`The program of this link is too long: a machine takes ${inBytes(SOURCE_MAX)} at most.`);
  }
  return source;
}
