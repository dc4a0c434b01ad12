// Draws the report's charts. All analysis is done before: this file only places points, lines and words.
"use strict";
const data = JSON.parse(document.getElementById("data").textContent,
  (key, value) => key === "name" || key === "id" || typeof value !== "string" ? value : ({ NaN: NaN, Infinity: Infinity, "-Infinity": -Infinity })[value] ?? value);

const extras = ["extra1", "extra2", "extra3", "extra4"];
const view = { x: "time", value: "deliverable", plane: "measured", calibration: data.calibration.values.length ? "values" : "times", rung: 0 };
const chosen = new Map(); // trial index -> name of its colour, for trials in colour
data.trials.forEach((trial, i) => { if (trial.role) chosen.set(i, trial.role); });

const $ = id => document.getElementById(id);
const css = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
const colour = i => css(chosen.get(i) ?? "faint");
const font = getComputedStyle(document.body).fontFamily;
const escape = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
const figure = x => x == null || Number.isNaN(x) ? "–" : Number.isFinite(x) ? String(Number(x.toPrecision(4))) : x > 0 ? "never" : "−∞";
const seconds = s => !Number.isFinite(s) ? "never" : s < 60 ? `${Number(s.toPrecision(3))} s` : s < 3600 ? `${Math.floor(s / 60)} min ${String(Math.round(s % 60)).padStart(2, "0")} s` : `${Math.floor(s / 3600)} h ${String(Math.round(s % 3600 / 60)).padStart(2, "0")} min`;
const tip = (title, ...lines) => `<div class="tip"><b>${escape(title)}</b>${lines.map(l => `<br>${escape(l)}`).join("")}</div>`;

function draw(id, option) {
  const element = $(id);
  if (!element) return;
  const chart = echarts.getInstanceByDom(element) ?? echarts.init(element, null, { renderer: "svg" });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: font, color: css("ink") },
    tooltip: { confine: true, backgroundColor: css("card"), borderColor: css("line"), textStyle: { color: css("ink"), fontSize: 12.5 } },
    ...option,
  }, { notMerge: true });
}

function axis(name, extra) {
  return {
    type: "value", name, nameLocation: "middle", nameGap: 32, nameTextStyle: { color: css("soft") },
    axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: css("soft"), hideOverlap: true, showMinLabel: false, showMaxLabel: false },
    splitLine: { lineStyle: { color: css("line") } }, ...extra,
  };
}

// The part of the values worth looking at: all but the worst 12 %, so that first steps and a blown-up loss do not flatten the rest.
function valueRange(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (!sorted.length) return {};
  const at = share => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  let [low, high] = data.maximize ? [at(0.12), sorted.at(-1)] : [sorted[0], at(0.88)];
  if (data.target != null) [low, high] = [Math.min(low, data.target), Math.max(high, data.target)];
  const room = (high - low || Math.abs(high) || 1) * 0.06;
  return { min: low - room, max: high + room };
}

// An interval as a filled shape along x: rows of [x, low, high].
function band(rows, fill, opacity) {
  return {
    type: "custom", silent: true, z: 1, clip: true, data: [[0, 0]], encode: { x: [], y: [] },
    renderItem: (_, api) => ({
      type: "polygon", shape: { points: [...rows.map(r => api.coord([r[0], r[1]])), ...rows.toReversed().map(r => api.coord([r[0], r[2]]))] },
      style: { fill, opacity },
    }),
  };
}

function curves() {
  const [byTime, column] = [view.x === "time", { deliverable: 2, raw: 3, averaged: 4 }[view.value]];
  const rung = data.rungs[view.rung];
  // Of each candidate in colour the newest forecast up to the rung: those that were paused have none at later rungs.
  const forecasts = [...chosen.keys()].map(i => data.rungs.slice(0, view.rung + 1).flatMap(r => r.forecasts).findLast(f => f.trial === i)).filter(f => f && f.bands.length > 1);
  const series = data.trials.map((trial, i) => ({
    type: "line", name: trial.name, z: chosen.has(i) ? 5 : 2, showSymbol: trial.points.length === 1, symbol: "circle", symbolSize: 5, triggerLineEvent: true,
    lineStyle: { width: chosen.has(i) ? 2.2 : 1, color: colour(i), opacity: chosen.has(i) ? 1 : 0.75 }, itemStyle: { color: colour(i) }, emphasis: { lineStyle: { width: 3 } },
    data: trial.points.filter(p => Number.isFinite(p[column])).map(p => [byTime ? p[1] : p[0], p[column], p]),
    endLabel: { show: chosen.has(i), formatter: trial.name, color: colour(i), fontWeight: 600, distance: 6 }, labelLayout: { moveOverlap: "shiftY" },
  }));
  const ends = [...series.flatMap(s => s.data.map(d => d[0])), ...forecasts.flatMap(f => f.bands.map(b => b[byTime ? 1 : 0]))];
  for (const forecast of forecasts) {
    const x = forecast.bands.map(b => b[byTime ? 1 : 0]);
    series.push(band(forecast.bands.map((b, k) => [x[k], b[2], b[6]]), colour(forecast.trial), 0.1), band(forecast.bands.map((b, k) => [x[k], b[3], b[5]]), colour(forecast.trial), 0.16));
    series.push({ type: "line", silent: true, z: 3, showSymbol: false, data: forecast.bands.map((b, k) => [x[k], b[4]]), lineStyle: { type: [4, 4], width: 1.3, color: colour(forecast.trial) }, tooltip: { show: false } });
  }
  if (data.target != null && series.length) series[0].markLine = {
    silent: true, symbol: "none", data: [{ yAxis: data.target }], lineStyle: { color: css("target"), type: "dashed", width: 1.3 },
    label: { formatter: `target ${figure(data.target)}`, position: "insideEndBottom", color: css("target") },
  };
  const values = [...data.trials.flatMap(t => t.points.map(p => p[column])), ...forecasts.flatMap(f => f.bands.flatMap(b => [b[3], b[5]]))];
  draw("curves", {
    grid: { left: 62, right: 150, top: 18, bottom: 50 },
    xAxis: axis(byTime ? "training time on one device, s" : "steps", { min: 0, max: ends.length ? Math.max(...ends.filter(Number.isFinite)) * 1.005 : 1 }),
    yAxis: axis(data.metric, { nameGap: 46, ...valueRange(values), axisLabel: { color: css("soft"), formatter: figure, showMinLabel: false, showMaxLabel: false } }),
    dataZoom: [{ type: "inside", zoomOnMouseWheel: "ctrl", filterMode: "none" }],
    tooltip: {
      trigger: "item", confine: true, backgroundColor: css("card"), borderColor: css("line"), textStyle: { color: css("ink"), fontSize: 12.5 },
      formatter: item => Array.isArray(item.data?.[2]) ? tip(item.seriesName, `${data.metric} ${figure(item.data[1])}`, `step ${item.data[2][0]}, ${seconds(item.data[2][1])} of training`, `raw ${figure(item.data[2][3])}, averaged ${figure(item.data[2][4])}`) : tip(item.seriesName),
    },
    series,
  });
  $("rung-now").textContent = rung ? `${rung.rung}${rung.forecasts.length ? "" : ", none made"}, at ${seconds(rung.at)}` : "none";
}

function plane() {
  const about = {
    measured: "Best value measured so far over the training time it took. Candidates that were paused early are judged by what little they did.",
    perEpoch: "Best value measured so far over the training time of one pass over the data.",
    forecast: "Value at the end of the run as each candidate's last forecast saw it, with its 90 % interval, over the training time it belongs to.",
  };
  $("plane-about").textContent = about[view.plane] + " The line joins the Pareto front: nothing is both faster and better.";
  const points = data.planes[view.plane];
  const front = points.filter(p => p.onFront).sort((a, b) => a.seconds - b.seconds);
  const values = points.flatMap(p => [p.value, p.low ?? p.value, p.high ?? p.value]);
  draw("plane", {
    grid: { left: 62, right: 60, top: 24, bottom: 50 },
    xAxis: axis("seconds", { min: 0 }),
    yAxis: axis(data.metric, { nameGap: 46, ...valueRange(values), axisLabel: { color: css("soft"), formatter: figure, showMinLabel: false, showMaxLabel: false } }),
    series: [
      { type: "line", silent: true, showSymbol: false, data: front.map(p => [p.seconds, p.value]), lineStyle: { color: css("soft"), width: 1.2, type: "dashed" }, z: 1, tooltip: { show: false } },
      ...points.filter(p => p.low != null).map(p => ({ type: "line", silent: true, showSymbol: false, data: [[p.seconds, p.low], [p.seconds, p.high]], lineStyle: { color: colour(p.trial), width: 1.4, opacity: 0.5 }, z: 1 })),
      {
        type: "scatter", z: 4, data: points.map(p => ({
          value: [p.seconds, p.value], point: p, symbolSize: p.onFront ? 13 : 9,
          itemStyle: { color: colour(p.trial), borderColor: p.onFront ? css("ink") : "transparent", borderWidth: p.onFront ? 1.5 : 0 },
          label: { show: points.length <= 24 || p.onFront || chosen.has(p.trial), formatter: data.trials[p.trial].name, position: p.seconds > 0.75 * Math.max(...points.map(q => q.seconds)) ? "left" : "right", backgroundColor: css("card"), padding: [1, 3], color: chosen.has(p.trial) ? colour(p.trial) : css("soft"), fontSize: 11.5 },
        })), labelLayout: { hideOverlap: true, moveOverlap: "shiftY" },
        tooltip: { formatter: item => tip(data.trials[item.data.point.trial].name, `${data.metric} ${figure(item.data.point.value)}${item.data.point.low == null ? "" : ` (${figure(item.data.point.low)} to ${figure(item.data.point.high)})`}`, seconds(item.data.point.seconds), item.data.point.onFront ? "on the Pareto front" : "") },
      },
    ],
  });
}

function timeline() {
  const element = $("timeline");
  if (!element) return;
  element.style.height = `${Math.max(150, 92 + 46 * data.devices.length)}px`;
  const lines = [
    ...data.rungs.map(r => ({ xAxis: r.at, lineStyle: { type: "dotted", color: css("soft") }, label: { formatter: `${r.rung}`, color: css("soft") } })),
    ...data.commits.map(c => ({ xAxis: c.at, lineStyle: { type: "solid", width: 1.6, color: css("good") }, label: { formatter: c.isFallback ? "fall-back" : "commit", color: css("good"), distance: 16 } })),
  ];
  const crowded = new Map(); // rung labels nearer than a hair's breadth hide each other
  for (const line of lines) if (line.label.distance === undefined) { const slot = Math.round(line.xAxis / data.elapsed * 60); if (crowded.has(slot)) line.label.show = false; crowded.set(slot, true); }
  draw("timeline", {
    grid: { left: 110, right: 24, top: 40, bottom: 46 },
    xAxis: axis("seconds since the start", { min: 0, max: data.elapsed || 1, nameGap: 28 }),
    yAxis: { type: "category", data: data.devices.toReversed(), axisLine: { show: false }, axisTick: { show: false }, axisLabel: { color: css("ink") } },
    series: [{
      type: "custom", data: data.segments.map(s => ({ value: [s.start, s.end, s.device], segment: s })), encode: { x: [0, 1], y: 2 }, clip: true,
      renderItem: (params, api) => {
        const segment = data.segments[params.dataIndex];
        const [from, to] = [api.coord([segment.start, segment.device]), api.coord([segment.end, segment.device])];
        const height = Math.min(30, api.size([0, 1])[1] * 0.72), width = Math.max(1, to[0] - from[0] - 1), plain = !chosen.has(segment.trial);
        return {
          type: "rect", shape: { x: from[0], y: from[1] - height / 2, width, height, r: 2 },
          style: { fill: colour(segment.trial), opacity: plain ? 0.55 : 0.9, stroke: segment.ending === "BudgetReached" || segment.ending === "TargetReached" || segment.ending === "None" || segment.ending === "Interrupted" ? undefined : css("bad"), lineWidth: 2 },
          textContent: width > 26 ? { style: { text: width > 90 ? data.trials[segment.trial].name : data.trials[segment.trial].id, fill: plain ? css("ink") : css("card"), fontFamily: font, fontSize: 11, overflow: "truncate", width: width - 6 } } : undefined,
          textConfig: { position: "inside" },
        };
      },
      markLine: { silent: true, symbol: "none", data: lines },
      tooltip: {
        formatter: item => {
          const s = item.data.segment;
          return tip(`${data.trials[s.trial].name} (${data.trials[s.trial].id})`, `rung ${s.rung}, steps ${s.fromStep} to ${s.toStep}`, `${figure(s.start)} s to ${figure(s.end)} s on ${s.device}`,
            `training ${seconds(s.training)}, evaluation ${seconds(s.evaluation)}, overhead ${seconds(s.overhead)}`, s.ending === "None" ? "still running" : s.ending.replace(/(?<=[a-z])([A-Z])/g, (_, c) => " " + c.toLowerCase()));
        },
      },
    }],
  });
}

function calibration() {
  const pairs = data.calibration[view.calibration];
  // Infinite ends are drawn at the edge of the plot.
  const finite = pairs.flatMap(p => [...p.predicted, p.truth]).filter(Number.isFinite);
  const range = [Math.min(...finite), Math.max(...finite)], room = (range[1] - range[0] || 1) * 0.08;
  const top = range[1] + room, place = x => Number.isFinite(x) ? x : x > 0 ? top : range[0] - room;
  const inside = p => p.truth >= p.predicted[0] && p.truth <= p.predicted[4];
  const bars = (low, high, width, opacity) => ({
    type: "custom", silent: true, data: pairs.map((_, i) => [i, 0]), encode: { x: 0, y: [] }, z: 1, clip: true,
    renderItem: (params, api) => {
      const p = pairs[params.dataIndex].predicted, a = api.coord([params.dataIndex, place(p[low])]), b = api.coord([params.dataIndex, place(p[high])]);
      return { type: "rect", shape: { x: a[0] - width / 2, y: b[1], width, height: Math.max(1, a[1] - b[1]) }, style: { fill: colour(pairs[params.dataIndex].trial), opacity } };
    },
  });
  const width = Math.max(2, Math.min(16, 700 / pairs.length));
  draw("calibration", {
    grid: { left: 62, right: 24, top: 20, bottom: 70 },
    xAxis: { ...axis("forecast, by rung: bars are the 50 % and 90 % intervals, dots what came (red: outside the 90 % interval)", { nameGap: 44 }), type: "category", data: pairs.map(p => data.trials[p.trial].id), axisLabel: { color: css("soft"), fontSize: 10.5, lineHeight: 14, hideOverlap: true, formatter: (id, i) => i === 0 || pairs[i].rung !== pairs[i - 1].rung ? `${id}\nrung ${pairs[i].rung}` : id }, splitLine: { show: false } },
    yAxis: axis(view.calibration === "values" ? data.metric : "remaining seconds", { nameGap: 46, min: range[0] - room, max: top, axisLabel: { color: css("soft"), formatter: figure, showMinLabel: false, showMaxLabel: false } }),
    series: [bars(0, 4, width, 0.3), bars(1, 3, width, 0.5), {
      type: "scatter", symbolSize: 7, z: 5, data: pairs.map((p, i) => ({ value: [i, place(p.truth)], pair: p, itemStyle: { color: inside(p) ? css("ink") : css("bad") } })),
      tooltip: {
        formatter: item => {
          const p = item.data.pair, unit = view.calibration === "values" ? figure : seconds;
          return tip(`${data.trials[p.trial].name}, rung ${p.rung}`, `came: ${unit(p.truth)} at step ${p.truthStep}`, `said at step ${p.atStep}: ${unit(p.predicted[2])}, 90 % ${unit(p.predicted[0])} to ${unit(p.predicted[4])}`);
        },
      },
    }],
  });
}

function chips() {
  const element = $("chips");
  if (!element) return;
  element.replaceChildren(...data.trials.map((trial, i) => {
    const chip = Object.assign(document.createElement("button"), { type: "button", textContent: trial.name });
    if (chosen.has(i)) Object.assign(chip.style, { color: colour(i), borderColor: colour(i), fontWeight: 600 });
    chip.onclick = () => {
      if (!chosen.delete(i)) chosen.set(i, trial.role ?? extras.find(c => ![...chosen.values()].includes(c)) ?? extras[i % extras.length]);
      drawAll();
    };
    return chip;
  }));
}

function drawAll() {
  chips();
  if ($("curves")) curves();
  if ($("plane")) plane();
  timeline();
  if ($("calibration")) calibration();
}

function filterDecisions(kind) {
  const words = $("filter").value.trim().toLowerCase();
  let found = 0;
  for (const rung of document.querySelectorAll(".rung")) {
    let here = 0;
    for (const row of rung.querySelectorAll("tr")) {
      row.hidden = !((!kind || row.dataset.kind === kind) && row.textContent.toLowerCase().includes(words));
      if (!row.hidden) here++;
    }
    found += here;
    rung.hidden = here === 0 && (kind || words) !== "";
    if (kind || words) rung.open = true;
  }
  $("found").textContent = kind || words ? `${found} found` : "";
}

function sortBy(heading) {
  const table = heading.closest("table"), column = heading.cellIndex, descending = heading.getAttribute("aria-sort") === "ascending";
  table.querySelectorAll("th").forEach(h => h.removeAttribute("aria-sort"));
  heading.setAttribute("aria-sort", descending ? "descending" : "ascending");
  const key = row => { const cell = row.cells[column]; return "key" in cell.dataset ? (cell.dataset.key === "" ? NaN : Number(cell.dataset.key.replace("∞", "Infinity"))) : cell.textContent; };
  const rows = [...table.tBodies[0].rows].sort((a, b) => {
    const [x, y] = [key(a), key(b)];
    if (typeof x === "string") return (descending ? -1 : 1) * x.localeCompare(y);
    return Number.isNaN(x) ? 1 : Number.isNaN(y) ? -1 : descending ? y - x : x - y; // unknown ones last either way
  });
  table.tBodies[0].append(...rows);
}

document.querySelectorAll(".toggle").forEach(toggle => toggle.addEventListener("click", event => {
  const button = event.target.closest("button");
  if (!button) return;
  toggle.querySelectorAll("button").forEach(b => b.classList.toggle("on", b === button));
  if (toggle.dataset.for === "kind") return filterDecisions(button.value);
  view[toggle.dataset.for] = button.value;
  drawAll();
}));
document.querySelectorAll(".sortable th").forEach(h => h.addEventListener("click", () => sortBy(h)));
$("filter")?.addEventListener("input", () => filterDecisions(document.querySelector(".toggle[data-for=kind] .on").value));
if ($("rung")) { view.rung = Number($("rung").value); $("rung").addEventListener("input", event => { view.rung = Number(event.target.value); curves(); }); }

const dark = matchMedia("(prefers-color-scheme: dark)");
const theme = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
$("theme").addEventListener("click", () => { document.documentElement.dataset.theme = theme() === "dark" ? "light" : "dark"; drawAll(); });
dark.addEventListener("change", drawAll);
addEventListener("resize", () => document.querySelectorAll(".chart").forEach(e => echarts.getInstanceByDom(e)?.resize()));
let before;
addEventListener("beforeprint", () => { before = document.documentElement.dataset.theme; document.documentElement.dataset.theme = "light"; drawAll(); });
addEventListener("afterprint", () => { if (before) document.documentElement.dataset.theme = before; else delete document.documentElement.dataset.theme; drawAll(); });
drawAll();
