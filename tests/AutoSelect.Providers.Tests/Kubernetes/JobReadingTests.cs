using k8s;
using k8s.Models;
using static AutoSelect.Providers.Tests.Samples;

namespace AutoSelect.Providers.Tests.Kubernetes;

/// <summary>Job and pod states as Kubernetes documents them, written by hand: none was recorded from a cluster.</summary>
public sealed class JobReadingTests
{
    private static V1Job Job(bool isSuspended = false, string? condition = null, string? reason = null, bool isDeleted = false) => new()
    {
        Metadata = new V1ObjectMeta
        {
            Name = "autoselect-c1-r1",
            Labels = new Dictionary<string, string> { ["autoselect/class"] = "spare" },
            DeletionTimestamp = isDeleted ? Start.UtcDateTime : null,
        },
        Spec = new V1JobSpec { Suspend = isSuspended, ActiveDeadlineSeconds = 60, Template = new V1PodTemplateSpec() },
        Status = new V1JobStatus
        {
            StartTime = isSuspended ? null : Start.UtcDateTime,
            Conditions = condition is null ? null : [new V1JobCondition { Type = condition, Status = "True", Reason = reason }],
        },
    };

    private static V1Pod Pod(string phase, string? node = "n1", string? condition = null, string status = "True") => new()
    {
        Metadata = new V1ObjectMeta { Name = "pod" },
        Spec = new V1PodSpec { Containers = [], NodeName = node },
        Status = new V1PodStatus
        {
            Phase = phase,
            Conditions = condition is null ? null
                : [new V1PodCondition { Type = condition, Status = status, Reason = "why", Message = "words" }],
        },
    };

    private static (BorrowState, EndReason) Read(V1Job job, params V1Pod[] pods)
    {
        var seen = JobReading.Read(job, pods, Control)!;
        return (seen.State, seen.Reason);
    }

    [Fact]
    public void WithoutAPlaceItWaits()
    {
        Assert.Equal((BorrowState.Queued, EndReason.Unknown), Read(Job(isSuspended: true)));
        Assert.Equal((BorrowState.Queued, EndReason.Unknown), Read(Job()));
        var seen = JobReading.Read(Job(), [Pod("Pending", node: null, "PodScheduled", "False")], Control)!;
        Assert.Equal((BorrowState.Queued, "not scheduled (why): words", null), (seen.State, seen.Detail, seen.Start));
    }

    [Fact]
    public void WithAPlaceItStartsAndRuns()
    {
        Assert.Equal(BorrowState.Starting, Read(Job(), Pod("Pending")).Item1);
        Assert.Equal(BorrowState.Running, Read(Job(), Pod("Running")).Item1);
    }

    [Theory]
    [InlineData("Complete", null, EndReason.Released)]
    [InlineData("Failed", "DeadlineExceeded", EndReason.Expired)]
    [InlineData("Failed", "PodFailurePolicy", EndReason.Preempted)]
    [InlineData("Failed", "BackoffLimitExceeded", EndReason.Failed)]
    public void AnEndedJobSaysWhy(string condition, string? reason, EndReason expected) =>
        Assert.Equal((BorrowState.Gone, expected), Read(Job(condition: condition, reason: reason)));

    [Fact]
    public void APodThatWasDisruptedIsPreemptedWhateverTheJobSays()
    {
        var pod = Pod("Failed", condition: "DisruptionTarget");
        Assert.Equal((BorrowState.Gone, EndReason.Preempted), Read(Job(condition: "Failed", reason: "BackoffLimitExceeded"), pod));
        Assert.Equal((BorrowState.Ending, EndReason.Preempted), Read(Job(), Pod("Running", condition: "DisruptionTarget")));
    }

    [Fact]
    public void ConditionsThatDoNotHoldDoNotCount()
    {
        Assert.Equal(BorrowState.Running, Read(Job(), Pod("Running", condition: "DisruptionTarget", status: "False")).Item1);
    }

    [Theory]
    [InlineData("FailureTarget", "DeadlineExceeded", EndReason.Expired)]
    [InlineData("FailureTarget", "BackoffLimitExceeded", EndReason.Failed)]
    public void AJobThatIsAboutToFailIsEnding(string condition, string reason, EndReason expected) =>
        Assert.Equal((BorrowState.Ending, expected), Read(Job(condition: condition, reason: reason), Pod("Running")));

    [Fact]
    public void ADeletedJobIsEnding() => Assert.Equal((BorrowState.Ending, EndReason.Released), Read(Job(isDeleted: true), Pod("Running")));

    [Fact]
    public void AJobOfAnotherNameIsLeftAlone()
    {
        var job = Job();
        job.Metadata.Name = "training";
        Assert.Null(JobReading.Read(job, [], Control));
    }

    /// <summary>As documented for a job whose pod was preempted, with fields that nobody reads.</summary>
    [Fact]
    public void AJobIsReadFromTheJsonOfTheApi()
    {
        var job = KubernetesJson.Deserialize<V1Job>(
            """
            {"apiVersion":"batch/v1","kind":"Job",
             "metadata":{"name":"autoselect-c1-r1","labels":{"autoselect/class":"spare"},"creationTimestamp":"2026-01-01T00:00:00Z"},
             "spec":{"activeDeadlineSeconds":600,"suspend":false,"template":{}},
             "status":{"startTime":"2026-01-01T00:00:10Z","failed":1,"conditions":[
               {"type":"FailureTarget","status":"True","reason":"PodFailurePolicy"},
               {"type":"Failed","status":"True","reason":"PodFailurePolicy",
                "message":"Pod devices/x has condition DisruptionTarget matching FailJob rule at index 0"}]}}
            """);
        var seen = JobReading.Read(job, [], Control)!;
        Assert.Equal((BorrowState.Gone, EndReason.Preempted), (seen.State, seen.Reason));
        Assert.Equal((Start, Start.AddSeconds(610)), (seen.Submitted, seen.Ends));
        Assert.StartsWith("Failed: PodFailurePolicy: Pod devices/x has condition", seen.Detail, StringComparison.Ordinal);
    }
}
