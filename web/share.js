// Links that carry code: deflated and in base64url behind the `#`, which no browser sends to a server.

/** The most bytes that a link may unfold to. */
const TEXT_MAX = 256 * 1024;

async function collect(stream, limit) {
  const parts = [];
  let length = 0;
  for (const reader = stream.getReader(); ; ) {
    const { done, value } = await reader.read();
    if (done) {
      break;
    }
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      throw new RangeError("the link holds too much code");
    }
    parts.push(value);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The fragment of a link to this code, without the `#`. */
export async function toFragment(code) {
  const deflated = new Blob([code]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const bytes = await collect(deflated, Infinity);
  let binary = "";
  for (const byte of bytes) {
    binary += String.fromCharCode(byte);
  }
  return `code=${btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "")}`;
}

/** The code of a link's fragment; null if it has none. Throws if it is damaged. */
export async function fromFragment(fragment) {
  const found = /^#?code=([A-Za-z0-9_-]+)$/.exec(fragment);
  if (!found) {
    return null;
  }
  const binary = atob(found[1].replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(binary, (it) => it.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new TextDecoder("utf-8", { fatal: true }).decode(await collect(inflated, TEXT_MAX));
}
