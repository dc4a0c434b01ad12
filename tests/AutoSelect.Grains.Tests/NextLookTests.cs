using AutoSelect.Contracts;
using AutoSelect.Jobs;
using AutoSelect.Jobs.Machine;
using AutoSelect.Selection.Policies;
using AutoSelect.Testing;

namespace AutoSelect.Grains.Tests;

/// <summary>How long a job waits before it looks by itself.</summary>
public sealed class NextLookTests
{
    private static readonly LeaseOptions Options = new();
    private static readonly JobRecord Record = JobRecords.Running() is var r
        ? r with { Spec = r.Spec with { Objective = r.Spec.Objective with { DeadlineSeconds = null } } } : null!;

    private static readonly JobFacts Facts = new() { Now = 100, Policy = PolicyCatalogue.Get("exhaustive"), Leases = LeaseSet.Empty };

    [Fact]
    public void Long_where_nothing_is_under_way() => Assert.Equal(Options.Quiet, After(new Move.Wait()));

    [Fact]
    public void Soon_while_something_is_under_way_whose_news_may_get_lost()
    {
        Assert.Equal(Options.Check, After(new Move.Decide()));
        Assert.Equal(Options.Check, After(new Move.Dispatch([])));
        Assert.Equal(Options.Check, After(new Move.Wait(), facts: Facts with { IsDeciding = true }));
        Assert.Equal(Options.Check, After(new Move.Wait(), isSettled: false));
        var running = DesiredState.Running(Record).First();
        Assert.Equal(Options.Check, After(new Move.Wait(), hasHeard: token => token != running.OpenSegment()!.LeaseToken));
    }

    [Fact]
    public void Soon_while_the_last_word_of_a_broken_segment_is_waited_for()
    {
        var running = DesiredState.Running(Record).First();
        var broken = running.OpenSegment()! with { EndedAt = 90, End = SegmentEnd.RankLost, Awaited = [5] };
        var record = Record.With(running with { Segments = running.Segments.SetItem(running.Segments.Length - 1, broken) });
        Assert.Equal(Options.Check, After(new Move.Wait(), record));
    }

    [Theory]
    [InlineData(103, null, 3)]
    [InlineData(100.2, null, .2)]
    [InlineData(100, null, 30)]
    [InlineData(double.PositiveInfinity, 104.0, 4)]
    [InlineData(103, 102.0, 2)]
    [InlineData(103, 99.0, 3)]
    public void No_later_than_something_is_due(double until, double? deadline, double seconds)
    {
        var record = Record with { Spec = Record.Spec with { Objective = Record.Spec.Objective with { DeadlineSeconds = deadline } } };
        Assert.Equal(seconds, After(new Move.Wait(until), record).TotalSeconds, 6);
        Assert.Equal(Math.Min(seconds, .5), After(new Move.Wait(until), record, isSettled: false).TotalSeconds, 6);
    }

    private static TimeSpan After(
        Move move, JobRecord? record = null, JobFacts? facts = null, bool isSettled = true, Func<long, bool>? hasHeard = null) =>
        NextLook.After(record ?? Record, move, facts ?? Facts, isSettled, hasHeard ?? (_ => true), Options);
}
