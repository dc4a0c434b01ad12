using AutoSelect.Contracts;
using AutoSelect.Jobs.Analysis;
using AutoSelect.Testing;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Grains.Tests.Telemetry;

[Collection("Telemetry")]
public sealed class JobInstrumentsTests
{
    private static readonly JobRecord Running = JobRecords.Running();

    private readonly FakeTimeProvider time = new();

    [Fact]
    public void A_running_job_tells_who_leads_when_it_ends_what_it_costs_and_when_it_was_last_heard_of()
    {
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.job.");
        var expected = ExpectedOutcomes.FromRecord(Running)!;
        time.SetUtcNow(Running.StartedAt.AddSeconds(Running.Rungs[^1].DecidedAt + 1));

        telemetry.Jobs.Holds(Running, DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        var told = reading.Read();

        var leader = Running.Rungs[^1].Forecasts.MaxBy(f => f.ProbabilityOfBest)!;
        var candidate = Running[leader.Trial].Candidate;
        var id = $"autoselect.job={Running.Id}";
        Assert.Contains($"info {id} project=default workload=fashion-mnist-mlp phase=Probing objective=FastestTo "
            + $"baseline={Running.Spec.Baseline} 1", told);
        Assert.Contains(FormattableString.Invariant(
            $"leader {id} candidate={candidate.Name} strategy={candidate.Strategy} standing=leads {leader.ProbabilityOfBest}"), told);
        Assert.Contains(FormattableString.Invariant(
            $"remaining {id} quantile=0.5 {expected.End!.P50 - Running.ClockAt(time.GetUtcNow())}"), told);
        Assert.Contains(FormattableString.Invariant($"device.time {id} use=probe {Running.ProbeSeconds}"), told);
        Assert.Contains($"device.time {id} use=winner 0", told);
        Assert.Contains(FormattableString.Invariant($"elapsed {id} {Running.ClockAt(time.GetUtcNow())}"), told);
        Assert.Contains($"segments {id} 2", told);
        Assert.Contains($"last_event.timestamp {id} 1700000000", told);
        Assert.Contains(told, l => l.StartsWith($"value {id} metric=accuracy 0.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_job_whose_end_is_overdue_has_no_time_left_and_one_that_will_miss_has_for_ever()
    {
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.job.remaining");
        var rung = Running.Rungs[^1];
        var missing = rung.Forecasts[0] with
        {
            ProbabilityOfBest = 1,
            SecondsToTarget = new() { P05 = 1, P25 = 2, P50 = 3, P75 = double.PositiveInfinity, P95 = double.PositiveInfinity },
        };
        time.SetUtcNow(Running.StartedAt.AddHours(10));
        telemetry.Jobs.Holds(Running with { Rungs = [rung with { Forecasts = [missing] }] }, default);
        Assert.Equal(["0", "0", "Infinity"], reading.Read().Select(l => l.Split(' ')[^1]));
    }

    [Fact]
    public void Series_of_a_job_end_with_it()
    {
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.job");
        telemetry.Jobs.Holds(Running, default);
        Assert.Contains("s.attended phase=Probing 1", reading.Read());
        telemetry.Jobs.Leaves(Running.Id);
        var told = reading.Read();
        Assert.DoesNotContain(told, l => l.Contains("autoselect.job=", StringComparison.Ordinal));
        Assert.Contains("s.attended phase=Probing 0", told);
    }

    [Fact]
    public void No_more_jobs_than_the_bound_have_series_and_those_that_have_none_are_counted()
    {
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.job");
        JobRecord Job(int number) => Running with { Id = new JobId($"job-{number}") };
        for (var i = 0; i < JobInstruments.MostJobs + 3; i++) telemetry.Jobs.Holds(Job(i), default);
        // Told of once more, it is no other job.
        telemetry.Jobs.Holds(Job(0), default);
        var told = reading.Read();
        Assert.Equal(JobInstruments.MostJobs, told.Count(l => l.StartsWith(".info ", StringComparison.Ordinal)));
        Assert.Contains("s.unlabelled 3", told);
        Assert.Contains($"s.attended phase=Probing {JobInstruments.MostJobs + 3}", told);

        telemetry.Jobs.Leaves(new JobId("job-0"));
        telemetry.Jobs.Holds(Job(JobInstruments.MostJobs + 1), default);
        told = reading.Read();
        Assert.Equal(JobInstruments.MostJobs, told.Count(l => l.StartsWith(".info ", StringComparison.Ordinal)));
        Assert.Contains(told, l => l.StartsWith($".info autoselect.job=job-{JobInstruments.MostJobs + 1} ", StringComparison.Ordinal));
        Assert.Contains("s.unlabelled 2", told);
    }

    [Fact]
    public void Long_names_are_cut()
    {
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.job.info");
        telemetry.Jobs.Holds(Running with { Spec = Running.Spec with { Baseline = new string('x', 5000) } }, default);
        Assert.InRange(Assert.Single(reading.Read()).Length, 120, 400);
    }

    [Fact]
    public void A_job_that_has_ended_counts_with_its_outcome_its_device_time_and_its_forecasts()
    {
        var ended = JobRecords.Typical();
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.");
        telemetry.Jobs.Ended(ended);
        telemetry.Jobs.Judged(JobAnalyses.FromRecord(ended));
        var told = reading.Read();
        Assert.Contains("jobs.ended outcome=met 1", told);
        Assert.Contains(FormattableString.Invariant($"jobs.device.time use=probe {ended.ProbeSeconds}"), told);
        var judged = told.Where(l => l.StartsWith("forecasts.judged kind=value ", StringComparison.Ordinal)).ToList();
        var values = JobAnalyses.FromRecord(ended).Values;
        Assert.Equal(values.Length, judged.Count);
        Assert.Equal(values.Count(v => !v.Within90), judged.Count(l => l.Contains("interval=outside", StringComparison.Ordinal)));
        Assert.Equal(values.Count(v => v.Within50), judged.Count(l => l.Contains("interval=50 ", StringComparison.Ordinal)));
    }

    [Fact]
    public void Counters_of_known_tags_begin_at_zero()
    {
        using var telemetry = new AutoSelectTelemetry(time);
        using var reading = new GaugeReading(telemetry, "autoselect.");
        telemetry.Begin();
        var told = reading.Read();
        Assert.Contains("segments end=DeviceLost 0", told);
        Assert.DoesNotContain("segments end=None 0", told);
        Assert.Contains("leases event=lost 0", told);
        Assert.Contains("forecasts.judged kind=time interval=outside 0", told);
        Assert.Contains("jobs.ended outcome=missed 0", told);
    }
}
