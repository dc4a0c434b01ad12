using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Reports;
using AutoSelect.Testing;

namespace AutoSelect.Host.Tests.Reports;

public sealed class ExplanationTests
{
    [Fact]
    public void Every_candidate_and_every_decision_is_explained()
    {
        var record = JobRecords.WithFallback();
        var text = Text(record);
        Assert.All(record.Trials, t => Assert.Contains($"{t.Id} {t.Candidate.Name}", text, StringComparison.Ordinal));
        Assert.All(record.Rungs.SelectMany(r => r.Decisions), d => Assert.Contains(d.Reason, text, StringComparison.Ordinal));
        Assert.Contains("Committed to kfac-b512 at rung", text, StringComparison.Ordinal);
        Assert.Contains("Fell back to ", text, StringComparison.Ordinal);
        Assert.Contains(" of those begun; expected regret ", text, StringComparison.Ordinal);
        Assert.Contains("SIMULATED", text, StringComparison.Ordinal);
    }

    [Fact]
    public void One_trial_alone_can_be_asked_for()
    {
        var text = Text(JobRecords.Typical(), TrialId.At(1));
        Assert.Contains("t02 sgd-b128-hot: failed, the training loss was NaN", text, StringComparison.Ordinal);
        Assert.DoesNotContain("t03", text, StringComparison.Ordinal);
    }

    [Fact]
    public void An_unknown_trial_is_refused_with_those_there_are()
    {
        var refusal = Assert.Throws<ArgumentException>(() => Text(JobRecords.Typical(), TrialId.At(40)));
        Assert.Equal("Trial 't41': job fashion-mnist-1 has t01 to t12.", refusal.Message);
    }

    [Fact]
    public void Jobs_that_have_not_ended_or_failed_are_explained_too()
    {
        Assert.Contains("All 12 candidates failed.", Text(JobRecords.AllFailed()), StringComparison.Ordinal);
        Assert.Contains("The job is paused after", Text(JobRecords.Paused()), StringComparison.Ordinal);
        Assert.Contains("The job has not started yet.", Text(JobRecords.NotStarted()), StringComparison.Ordinal);
        Assert.Contains("the baseline itself was chosen", Text(JobRecords.SingleCandidate()), StringComparison.Ordinal);
    }

    [Fact]
    public void The_JSON_document_holds_the_same_decisions_and_the_account()
    {
        var record = JobRecords.Typical();
        var root = JsonDocument.Parse(Explanation.Json(record)).RootElement;
        Assert.Equal(record.Rungs.Sum(r => r.Decisions.Length),
            root.GetProperty("trials").EnumerateArray().Sum(t => t.GetProperty("decisions").GetArrayLength()));
        Assert.Equal(record.ProbeSeconds, root.GetProperty("probeDeviceSeconds").GetDouble(), 9);
        Assert.Equal(record[record.Commit!.Winner].Candidate.Name, root.GetProperty("commits")[0].GetProperty("winner").GetString());
    }

    [Fact]
    public void A_decision_is_told_with_the_forecast_that_it_rests_on_and_what_repeats_itself_once()
    {
        var (trial, other) = (Make.Trial("b", 0, TrialState.Running, (20, .7)), Make.Trial("never-begun", 1, TrialState.Waiting));
        RungRecord Rung(int rung, double chance) => Make.Rung(rung, Make.Forecast(
            trial, 20, Make.Quantiles(.8, .85, .9, .92, .95), Make.Quantiles(5, 6, 8, 12, double.PositiveInfinity)) with
        {
            ProbabilityOfTarget = chance,
        }) with
        {
            Summary = "all as before",
            Decisions = [new Decision { Trial = trial.Id, Kind = DecisionKind.Continue, Reason = "b trains on its own lane." }],
        };
        var text = Text(Make.Job(Make.FastestTo(.9), [trial, other], Rung(0, .5), Rung(1, .7), Rung(2, .9)));
        Assert.Contains("\n      0–2           0 s  all as before\n", text);
        Assert.Contains("    rung     0–2  continue  b trains on its own lane.\n"
            + "                           forecast at rung 2: reaches 0.9 with 90 %, in 8.0 s (5.0 s or later with 95 %)\n", text);
        Assert.DoesNotContain("never-begun: ", text);
        Assert.EndsWith("\n\nNot tried: t02 never-begun.\n", text);
    }

    [Fact]
    public void Only_a_policy_falls_back_and_whoever_arrives_first_ends_the_job()
    {
        var record = JobRecords.WithFallback();
        var ending = record.Rungs[^1] with { Basis = null };
        var real = record with { Rungs = [.. record.Rungs.SkipLast(1).Select(r => r with { Basis = Basis }), ending] };
        var last = record.Commits[^1] with { Rung = ending.Rung, Reason = "it reached the target" };
        var text = Text(real with { Commits = [record.Commits[0], last] });
        Assert.Contains("Ended with ", text);
        Assert.DoesNotContain("Fell back to", text);
    }

    private static DecisionBasis Basis =>
        new() { Event = 1, Clock = 1, Devices = 2, Policy = "insured", PolicyVersion = 1 };

    private static string Text(JobRecord record, TrialId? only = null)
    {
        using var writer = new StringWriter();
        Explanation.Write(record, writer, only);
        return writer.ToString();
    }
}
