using System.Globalization;

namespace AutoSelect.Chaos.Load;

/// <summary>The job that loads are made of: its candidates differ by their learning rates, and none is given up.</summary>
internal static class LoadJob
{
    /// <param name="candidates">At least 1.</param>
    /// <param name="epochs">Of a run, of 100 steps each.</param>
    /// <param name="devices">That it asks for at once.</param>
    public static string Text(int candidates, int epochs, int devices) =>
        $$"""
        workload: { name: fashion-mnist-mlp, options: { dataset: synthetic, examples: 2000, hidden: 16 } }
        objective: { tradeoff: { gain: 0.01, worth: 1h } }
        candidates:
          - strategy: sgd
            values: { learningRate: [{{string.Join(", ", Enumerable.Range(1, candidates).Select(Rate))}}] }
            batchSizes: [20]
        epochs: {{epochs}}
        policy: exhaustive
        probe: { devices: {{devices}} }
        telemetry: { labels: { simulated: devices and curves } }
        """;

    private static string Rate(int number) => (.01 * number).ToString("0.00", CultureInfo.InvariantCulture);
}
