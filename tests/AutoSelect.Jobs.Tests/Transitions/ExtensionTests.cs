using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Tests.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Transitions;

/// <summary>Another target or deadline for a job that has not ended.</summary>
public sealed class ExtensionTests
{
    private static readonly TrialId First = TrialId.At(0);
    private static readonly JobRecord ToTarget = SubmittedJobs.Record(SimulatedJobs.FastestTo(.9, "a", "b"));
    private static readonly JobRecord ByDeadline = SubmittedJobs.Record(WithDeadline(SimulatedJobs.BestAtHorizon("a", "b"), 100));

    [Theory]
    [InlineData(.95, null)]
    [InlineData(.5, null)]
    [InlineData(null, 60.0)]
    [InlineData(.8, 60.0)]
    public void A_target_and_a_deadline_are_in_force_from_then_on(double? target, double? deadline)
    {
        var after = Asked(ToTarget, JobRequest.Extend(target, deadline, "why"), now: 30);
        Assert.Equal((target ?? .9, deadline), (after.Spec.Objective.Target, after.Spec.Objective.DeadlineSeconds));
        var objective = after.Spec.Objective;
        Assert.Equal(ToTarget.Spec.Objective with { Target = objective.Target, DeadlineSeconds = deadline }, objective);
        Assert.True(after.News.HasFlag(JobNews.Demands));
    }

    [Fact]
    public void A_deadline_is_taken_away_where_the_objective_does_without()
    {
        var limited = Asked(ToTarget, JobRequest.Extend(null, 60), now: 30);
        Assert.Null(Asked(limited, JobRequest.Extend(null, double.PositiveInfinity), now: 30).Spec.Objective.DeadlineSeconds);
        Refuses<InvalidOperationException>(ByDeadline, JobRequest.Extend(null, double.PositiveInfinity), "best accuracy within 1 min 40 s");
    }

    [Fact]
    public void What_is_in_force_already_is_no_event() =>
        Assert.Empty(Requests.Changes(ToTarget, JobRequest.Extend(.9, null), 0));

    [Fact]
    public void What_cannot_be_is_refused_with_the_value_and_the_rule()
    {
        Refuses<ArgumentException>(ToTarget, JobRequest.Extend(null, null), "at least one of them");
        Refuses<ArgumentException>(ToTarget, JobRequest.Extend(double.NaN, null), "The target is 'NaN': it must be a finite number");
        Refuses<InvalidOperationException>(ByDeadline, JobRequest.Extend(.9, null), "best accuracy within 1 min 40 s, which has no target");
        Refuses<ArgumentException>(ByDeadline, JobRequest.Extend(null, 30), "has run for 30.0 s. To end it now, commit or cancel it.");
        Refuses<InvalidOperationException>(
            ToTarget.After(1, new ExportBegun(First, "done")), JobRequest.Extend(.95, null), "has its answer already");
    }

    [Fact]
    public void A_job_that_has_ended_says_how_to_go_on()
    {
        var ended = ToTarget.After(1, new JobEnded(
            JobPhase.Completed, new Outcome { ObjectiveMet = true, Summary = "a reached accuracy 0.9.", Winner = First }));
        Refuses<InvalidOperationException>(ended, JobRequest.Extend(.95, null),
            "Job 'job' has ended: a reached accuracy 0.9. Only a job that has not ended can be changed. To go on, submit a new job: "
            + "autoselect export job --job-file next.yaml");
        var without = ToTarget.After(1, new JobEnded(JobPhase.Cancelled, new Outcome { ObjectiveMet = false, Summary = "cancelled" }));
        Refuses<InvalidOperationException>(without, JobRequest.Extend(.95, null), "To go on, submit it anew.");
    }

    [Fact]
    public void A_target_that_somebody_has_reached_ends_the_job_with_them_and_a_stricter_one_lets_them_go_on()
    {
        var measured = Measured(ToTarget, step: 100, .7);
        Assert.Null(Endings.AtTarget(measured));
        var looser = Asked(measured, JobRequest.Extend(.6, null), now: 30);
        Assert.Equal((First, 100), (Endings.AtTarget(looser)!.Id, looser[First].ReachedTargetStep));
        var facts = new JobFacts { Now = 31, Policy = PolicyCatalogue.Get("successive-halving"), Leases = LeaseSet.Empty };
        var commit = Assert.IsType<Move.Commit>(JobMachine.Next(looser, facts));
        Assert.Contains(commit.Changes, c => c is ExportBegun begun && begun.Trial == First);
        var stricter = Asked(looser, JobRequest.Extend(.8, null), now: 31);
        Assert.Null(Endings.AtTarget(stricter));
        Assert.Null(stricter[First].ReachedTargetAt);
    }

    /// <summary>The first trial stands at a checkpoint with one point.</summary>
    private static JobRecord Measured(JobRecord record, long step, double value) => record.With(record[First] with
    {
        State = TrialState.Paused,
        Checkpoint = new Checkpoint { Uri = "a", Step = step, Bytes = 9 },
        Curve = [RandomJob.Point(step, value)],
    });

    private static JobRecord Asked(JobRecord record, JobRequest request, double now) =>
        record.After(now, Requests.Changes(record, request, now));

    private static void Refuses<T>(JobRecord record, JobRequest request, string message) where T : Exception =>
        Assert.Contains(message, Assert.Throws<T>(() => Requests.Changes(record, request, 30)).Message, StringComparison.Ordinal);

    private static JobSpec WithDeadline(JobSpec spec, double seconds) => spec with
    {
        Objective = spec.Objective with { Kind = ObjectiveKind.BestBy, SecondsPerUnit = null, DeadlineSeconds = seconds },
    };
}
