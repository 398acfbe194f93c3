// Numbers for people.

/** `1,234,567`. */
export function count(number) {
  return Number.isFinite(number) ? String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ",") : "–";
}

/** Three digits and a unit: `1.23 M`. */
export function short(number) {
  if (!Number.isFinite(number)) {
    return "–";
  }
  for (const [size, unit] of [[1e12, "T"], [1e9, "G"], [1e6, "M"], [1e3, "k"]]) {
    if (Math.abs(number) >= size) {
      return `${(number / size).toPrecision(3)} ${unit}`;
    }
  }
  return String(Math.round(number));
}

/** `1 byte`, `1,234 bytes`. */
export function bytes(number) {
  return number === 1 ? "1 byte" : `${count(number)} bytes`;
}

/** `12.3 MiB`. */
export function mebibytes(bytes) {
  return Number.isFinite(bytes) ? `${(bytes / 2 ** 20).toFixed(1)} MiB` : "–";
}

/** `12 ms`, `3.4 s`. */
export function duration(milliseconds) {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}
