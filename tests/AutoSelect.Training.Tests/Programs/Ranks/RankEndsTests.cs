using AutoSelect.Training.Programs.Ranks;

namespace AutoSelect.Training.Tests.Programs.Ranks;

public sealed class RankEndsTests
{
    private static RankNews News(RankState state, double since = 0, bool isPortTaken = false) =>
        new() { State = state, SecondsSinceEnd = since, IsPortTaken = isPortTaken };

    [Fact]
    public void All_have_to_end_where_the_first_has_and_how_the_others_do_is_no_matter()
    {
        Assert.Null(RankEnds.Next([News(RankState.Running), News(RankState.Ended)]));
        Assert.Null(RankEnds.Next([News(RankState.Ended), News(RankState.Failed), News(RankState.Running)]));
        Assert.Equal(new RankVerdict(RankVerdictKind.Ended, 0),
            RankEnds.Next([News(RankState.Ended), News(RankState.Failed), News(RankState.Ended)]));
    }

    [Fact]
    public void Of_several_that_fail_the_first_is_to_blame() => Assert.Equal(new RankVerdict(RankVerdictKind.Failed, 1),
        RankEnds.Next([News(RankState.Failed, .01), News(RankState.Failed, .3), News(RankState.Ended, 5)]));

    [Fact]
    public void One_that_says_why_is_to_blame_whoever_was_first() => Assert.Equal(new RankVerdict(RankVerdictKind.Failed, 0), RankEnds.Next(
        [
            News(RankState.Failed, .01) with { Fault = RankFault.OutOfMemory },
            News(RankState.Failed, .3) with { Fault = RankFault.ExitCode },
        ]));

    [Fact]
    public void One_that_runs_on_is_waited_for_ten_seconds()
    {
        Assert.Null(RankEnds.Next([News(RankState.Running), News(RankState.Failed, 9.9)]));
        Assert.Equal(new RankVerdict(RankVerdictKind.Failed, 1), RankEnds.Next([News(RankState.Running), News(RankState.Failed, 10)]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Where_a_stranger_had_the_port_they_start_again_and_nobody_is_waited_for(bool isRunning) =>
        Assert.Equal(new RankVerdict(RankVerdictKind.Again, 0), RankEnds.Next(
            [News(RankState.Failed, isPortTaken: true), isRunning ? News(RankState.Running) : News(RankState.Failed, 1)]));
}
