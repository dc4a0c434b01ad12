using System.Diagnostics;
using AutoSelect.Contracts;

namespace AutoSelect.Grains;

/// <summary>The spans of a job while it is attended to: the job's and the latest rung's.</summary>
internal sealed class JobTrace : IDisposable
{
    private readonly JobId job;
    private readonly Activity? jobActivity;
    private Activity? rungActivity;

    public JobTrace(JobRecord record)
    {
        job = record.Id;
        jobActivity = AutoSelectTelemetry.Activities.StartActivity("job", ActivityKind.Internal, default(ActivityContext));
        jobActivity?.SetTag("autoselect.job", job.Value);
        foreach (var (name, value) in record.Spec.Labels) jobActivity?.SetTag($"autoselect.label.{name}", value);
        Activity.Current = null;
    }

    public string? Parent => (rungActivity ?? jobActivity)?.Id;

    public void Decided(RungRecord rung)
    {
        rungActivity?.Dispose();
        rungActivity = AutoSelectTelemetry.Activities.StartActivity("rung", ActivityKind.Internal, jobActivity?.Context ?? default);
        rungActivity?.SetTag("autoselect.job", job.Value).SetTag("autoselect.rung", rung.Rung).SetTag("autoselect.summary", rung.Summary);
        Activity.Current = null;
    }

    public void Dispose()
    {
        rungActivity?.Dispose();
        jobActivity?.Dispose();
    }
}
