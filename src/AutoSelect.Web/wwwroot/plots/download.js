// Plots and their data as files.

/** A table as comma-separated values (RFC 4180). @param {import("./plot.js").Table} table */
export function csv(table) {
  const cell = (/** @type {any} */ value) => {
    const text = value == null ? "" : typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
    // A text that a spreadsheet would take for a formula is quoted away.
    const safe = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? "'" + text : text;
    return /[",\n\r]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
  };
  return [table.columns, ...table.rows].map(row => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

/** @param {string} name @param {Blob} blob */
export function save(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = Object.assign(document.createElement("a"), { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

/**
 * A plot's SVG with a background and with what lies below it.
 * @param {string} svg @param {{width: number, height: number, background: string, under: string}} given
 */
export function svgOf(svg, given) {
  const at = svg.indexOf(">", svg.indexOf("<svg")) + 1;
  const back = `<rect width="${given.width}" height="${given.height}" fill="${given.background}"/>`;
  return svg.slice(0, at) + back + given.under + svg.slice(at);
}

/** @param {string} svg @param {number} width @param {number} height @returns {Promise<Blob>} twice as fine as on the page */
export async function pngOf(svg, width, height) {
  const address = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: 2 * width, height: 2 * height });
    /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).drawImage(image, 0, 0, 2 * width, 2 * height);
    return await new Promise((resolve, reject) => canvas.toBlob(b => b ? resolve(b) : reject(new Error("The picture could not be made."))));
  } finally {
    URL.revokeObjectURL(address);
  }
}
