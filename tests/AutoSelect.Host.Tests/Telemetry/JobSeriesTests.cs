using AutoSelect.Contracts;
using AutoSelect.Grains;
using AutoSelect.Testing;
using Microsoft.Extensions.Time.Testing;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace AutoSelect.Host.Tests.Telemetry;

/// <summary>
/// What a collector has of single jobs over the life of a silo. Meters are known by their names in a process: no other test has a silo
/// meanwhile.
/// </summary>
[Collection("Prometheus")]
public sealed class JobSeriesTests
{
    [Fact]
    public void Every_job_has_its_series_however_many_have_ended_before()
    {
        using var telemetry = new AutoSelectTelemetry(new FakeTimeProvider());
        var exporter = new Noted();
        using var reader = new BaseExportingMetricReader(exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
        using var provider = Sdk.CreateMeterProviderBuilder().AddMeter(AutoSelectTelemetry.Name).AddReader(reader).Build();
        var record = JobRecords.Running();
        for (var i = 0; i < 2500; i++)
        {
            var job = new JobId($"job-{i}");
            telemetry.Jobs.Holds(record with { Id = job }, default);
            Assert.True(reader.Collect());
            Assert.Equal([job.Value], exporter.Jobs);
            // Three quantiles of two things, two uses, and six values.
            Assert.Equal(14, exporter.Series);
            telemetry.Jobs.Leaves(job);
        }
    }

    /// <summary>What came last of instruments of single jobs.</summary>
    private sealed class Noted : BaseExporter<Metric>
    {
        public HashSet<string> Jobs { get; } = [];
        public int Series { get; private set; }

        public override ExportResult Export(in Batch<Metric> batch)
        {
            Jobs.Clear();
            Series = 0;
            foreach (var metric in batch)
            {
                if (!metric.Name.StartsWith("autoselect.job.", StringComparison.Ordinal)) continue;
                foreach (ref readonly var point in metric.GetMetricPoints())
                {
                    Series++;
                    var job = "none";
                    foreach (var tag in point.Tags)
                        if (tag.Key == JobInstruments.JobTag) job = (string)tag.Value!;
                    Jobs.Add(job);
                }
            }
            return ExportResult.Success;
        }
    }
}
