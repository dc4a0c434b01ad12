using AutoSelect.Contracts;
using AutoSelect.Jobs.Machine;
using AutoSelect.Jobs.Transitions;
using AutoSelect.Testing;

namespace AutoSelect.Jobs.Tests.Machine;

/// <summary>Which trials start on which devices; the trials have batches of 10.</summary>
public sealed class GangsTests
{
    private static readonly JobRecord Record = SubmittedJobs.Record(SimulatedJobs.BestAtHorizon("a", "b", "c"));

    [Theory]
    [InlineData(5, 5, 0, true, "5")]
    [InlineData(5, 9, 0, false, "5")]
    [InlineData(5, 4, 0, true, "2")]   // of 4 devices 2 divide a batch of 10
    [InlineData(5, 4, 0, false, "")]   // others may join
    [InlineData(5, 4, 1, true, "")]    // its own will be free
    [InlineData(2, 1, 0, true, "1")]
    [InlineData(2, 0, 0, true, "")]
    public void A_trial_gets_all_its_devices_or_fewer_where_no_more_will_come(
        int ranks, int idle, int coming, bool mayNarrow, string sizes) =>
        Assert.Equal(sizes, Sizes(Form([ranks], idle, coming, most: 9, mayNarrow)));

    [Fact]
    public void No_trial_gets_more_than_the_most() => Assert.Equal("2", Sizes(Form([10], 9, 0, most: 3, mayNarrow: false)));

    [Fact]
    public void A_wide_trial_does_not_hold_up_the_narrow_ones_behind_it() =>
        Assert.Equal("1 1", Sizes(Form([5, 1, 1], 2, coming: 1, most: 5, mayNarrow: false)));

    [Fact]
    public void A_trial_goes_back_to_the_devices_that_hold_it_in_the_order_of_its_ranks()
    {
        var trial = TrialId.At(1);
        var record = Record.After(
            1, Dispatching.Started(Record, new Gang(Record[trial], 9, [Lease(2), Lease(0)]), [], now: 1, isExport: false))
            .After(2, new SegmentEnded(trial, SegmentEnd.BudgetReached, "", new SegmentProgress(9), TrialState.Paused, "", 0, []));

        var gangs = Gangs.Form(
            [(record.Trials[0], 9, 1), (record.Trials[1], 9, 2)], [Lease(0), Lease(1), Lease(2)], 0, 9, () => false, record).ToList();

        Assert.Equal(["d2", "d0"], gangs.Single(g => g.Trial.Id == TrialId.At(1)).Leases.Select(l => l.Device.Value));
        Assert.Equal(["d1"], gangs.Single(g => g.Trial.Id == TrialId.At(0)).Leases.Select(l => l.Device.Value));
    }

    private static List<Gang> Form(int[] ranks, int idle, int coming, int most, bool mayNarrow) =>
        [.. Gangs.Form(
            [.. ranks.Select((r, i) => (Record.Trials[i], 9L, r))], [.. Enumerable.Range(0, idle).Select(Lease)], coming, most, () =>
                mayNarrow, Record)];

    private static string Sizes(IEnumerable<Gang> gangs) => string.Join(' ', gangs.Select(g => g.Leases.Length));

    private static Lease Lease(int device) => new() { Device = new DeviceId($"d{device}"), Job = Record.Id, Token = 100 + device };
}
