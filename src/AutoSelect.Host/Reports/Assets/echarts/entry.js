// What the report draws with, and nothing else. Bundled into echarts.bundle.js by eng/bundle-echarts.
import * as echarts from "echarts/core";
import { CustomChart, LineChart, ScatterChart } from "echarts/charts";
import { DataZoomInsideComponent, GridComponent, MarkLineComponent, TooltipComponent } from "echarts/components";
import { LabelLayout } from "echarts/features";
import { SVGRenderer } from "echarts/renderers";

echarts.use([CustomChart, LineChart, ScatterChart, DataZoomInsideComponent, GridComponent, MarkLineComponent, TooltipComponent, LabelLayout, SVGRenderer]);

export const { init, getInstanceByDom, version } = echarts;
