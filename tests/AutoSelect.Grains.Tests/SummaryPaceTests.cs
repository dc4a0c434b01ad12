using AutoSelect.Contracts;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Grains.Tests;

public sealed class SummaryPaceTests
{
    private static readonly JobEvent Report = new(
        5, DateTimeOffset.UnixEpoch, 1, new SegmentReported(TrialId.At(0), [], null, null, new SegmentProgress(5)));

    private static readonly JobEvent Pause = new(6, DateTimeOffset.UnixEpoch, 1, new JobPaused());

    [Fact]
    public void A_summary_is_written_with_every_change_and_with_reports_once_it_is_old()
    {
        var time = new FakeTimeProvider();
        var pace = new SummaryPace(time);
        Assert.False(pace.IsDue([Report]));
        Assert.True(pace.IsDue([Report, Pause]));
        time.Advance(SummaryPace.Oldest - TimeSpan.FromSeconds(1));
        Assert.False(pace.IsDue([Report]));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(pace.IsDue([Report]));
        Assert.False(pace.IsDue([Report]));
    }
}
