// What plots draw with, and nothing else. Bundled into echarts.js by eng/bundle-echarts.
import * as echarts from "echarts/core";
import { BarChart, CustomChart, LineChart, ParallelChart, ScatterChart } from "echarts/charts";
import {
  DataZoomInsideComponent, GridComponent, LegendPlainComponent, MarkLineComponent, ParallelComponent, TooltipComponent,
} from "echarts/components";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer, SVGRenderer } from "echarts/renderers";

echarts.use([
  BarChart, CustomChart, LineChart, ParallelChart, ScatterChart, DataZoomInsideComponent, GridComponent, LegendPlainComponent, MarkLineComponent,
  ParallelComponent, TooltipComponent, LabelLayout, CanvasRenderer, SVGRenderer,
]);

export const { init, getInstanceByDom, version } = echarts;
