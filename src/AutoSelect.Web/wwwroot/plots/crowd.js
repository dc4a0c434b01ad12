// Curves of all the candidates that nobody has chosen, on a canvas of their own below the plot: thousands at once, which no plotting library
// draws as fast. It knows the plot only by the rectangle and the two axes that it is given.

/** @typedef {{x: number[], y: number[], colour: number}} Line */
/** @typedef {{left: number, top: number, width: number, height: number, x: [number, number], y: [number, number], logX: boolean, logY: boolean}} Frame */

/** Maps values to pixels. @param {Frame} f */
export function mapping(f) {
  const tx = (/** @type {number} */ v) => f.logX ? Math.log10(v) : v, ty = (/** @type {number} */ v) => f.logY ? Math.log10(v) : v;
  const [x0, x1] = f.x.map(tx), [y0, y1] = f.y.map(ty);
  const sx = f.width / (x1 - x0 || 1), sy = f.height / (y1 - y0 || 1);
  return {
    x: (/** @type {number} */ v) => f.left + (tx(v) - x0) * sx,
    y: (/** @type {number} */ v) => f.top + f.height - (ty(v) - y0) * sy,
  };
}

/**
 * Draws lines by colour, a path each: a stroke costs more than a line to it.
 * @param {HTMLCanvasElement} canvas @param {Line[]} lines @param {Frame} frame
 * @param {{series: string[], opacity: number, width: number}} look
 */
export function drawCrowd(canvas, lines, frame, look) {
  const ratio = devicePixelRatio || 1, box = canvas.getBoundingClientRect();
  const [width, height] = [Math.round(box.width * ratio), Math.round(box.height * ratio)];
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, box.width, box.height);
  if (lines.length === 0) return;
  context.save();
  context.beginPath();
  context.rect(frame.left, frame.top, frame.width, frame.height);
  context.clip();
  context.lineWidth = look.width;
  context.lineJoin = "round";
  context.globalAlpha = look.opacity;
  const place = mapping(frame);
  look.series.forEach((colour, c) => {
    context.beginPath();
    for (const line of lines) if (line.colour === c) trace(context, line, place, frame);
    context.strokeStyle = colour;
    context.stroke();
  });
  context.restore();
}

/** @param {{moveTo: (x: number, y: number) => void, lineTo: (x: number, y: number) => void}} path @param {Line} line @param {ReturnType<typeof mapping>} place @param {Frame} frame */
export function trace(path, line, place, frame) {
  const { x, y } = line;
  let isOpen = false;
  for (let i = 0; i < x.length; i++) {
    const px = place.x(x[i]), py = place.y(y[i]);
    if (!Number.isFinite(px) || !Number.isFinite(py)) { isOpen = false; continue; }
    // What blew up leads out of the picture and no farther: canvases lose lines of millions of pixels.
    const clipped = Math.max(frame.top - 5000, Math.min(frame.top + frame.height + 5000, py));
    if (isOpen) path.lineTo(px, clipped);
    else path.moveTo(px, clipped);
    isOpen = true;
  }
}

/**
 * The point nearest to a place of the plot, among many thousands; null where none is near.
 * @param {Line[]} lines @param {Frame} frame @param {number} px @param {number} py @param {number} within pixels
 */
export function nearest(lines, frame, px, py, within) {
  const place = mapping(frame);
  let best = within * within, found = /** @type {{line: number, point: number} | null} */ (null);
  lines.forEach((line, l) => {
    for (let i = 0; i < line.x.length; i++) {
      const dx = place.x(line.x[i]) - px;
      if (dx > within || dx < -within) continue;
      const dy = place.y(line.y[i]) - py, d = dx * dx + dy * dy;
      if (d < best) { best = d; found = { line: l, point: i }; }
    }
  });
  return found;
}

/** The lines as SVG paths, for downloads. @param {Line[]} lines @param {Frame} frame @param {{series: string[], opacity: number, width: number}} look */
export function crowdPaths(lines, frame, look) {
  const place = mapping(frame), one = (/** @type {number} */ v) => String(Math.round(v * 10) / 10);
  const paths = look.series.map((colour, c) => {
    const parts = /** @type {string[]} */ ([]);
    const path = {
      moveTo: (/** @type {number} */ x, /** @type {number} */ y) => parts.push(`M${one(x)} ${one(y)}`),
      lineTo: (/** @type {number} */ x, /** @type {number} */ y) => parts.push(`L${one(x)} ${one(y)}`),
    };
    for (const line of lines) if (line.colour === c) trace(path, line, place, frame);
    return parts.length === 0 ? "" : `<path d="${parts.join("")}" stroke="${colour}"/>`;
  }).join("");
  const clip = `<clipPath id="crowd"><rect x="${one(frame.left)}" y="${one(frame.top)}" width="${one(frame.width)}" height="${one(frame.height)}"/></clipPath>`;
  return `<defs>${clip}</defs><g clip-path="url(#crowd)" fill="none" stroke-width="${look.width}" stroke-opacity="${look.opacity}">${paths}</g>`;
}
