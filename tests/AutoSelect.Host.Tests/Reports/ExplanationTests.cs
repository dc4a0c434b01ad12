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

    private static string Text(JobRecord record, TrialId? only = null)
    {
        using var writer = new StringWriter();
        Explanation.Write(record, writer, only);
        return writer.ToString();
    }
}
