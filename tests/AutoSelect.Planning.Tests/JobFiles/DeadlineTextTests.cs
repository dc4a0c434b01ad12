using AutoSelect.Contracts;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Testing;

namespace AutoSelect.Planning.Tests.JobFiles;

public sealed class DeadlineTextTests
{
    private static readonly JobRecord Job = JobRecords.NotStarted() with
    {
        StartedAt = new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero),
        PausedSeconds = 600,
    };

    private static readonly DateTimeOffset Now = Job.StartedAt.AddMinutes(30);

    [Theory]
    [InlineData("1h30m", 5400)]
    [InlineData("+30m", 20 * 60 + 30 * 60)]
    [InlineData("2026-11-29T09:00Z", 50 * 60)]
    [InlineData("2026-11-29T10:00:30+01:00", 50 * 60 + 30)]
    [InlineData("none", double.PositiveInfinity)]
    public void A_deadline_is_a_time_of_the_jobs_own_clock(string text, double seconds)
    {
        Assert.True(DeadlineText.IsValid(text));
        Assert.Equal(seconds, DeadlineText.Seconds(text, Job, Now), 6);
    }

    [Theory]
    [InlineData("")]
    [InlineData("+")]
    [InlineData("30")]
    [InlineData("-5m")]
    [InlineData("tomorrow")]
    [InlineData("2026-11-29T09:00")]
    [InlineData("2026-13-29T09:00Z")]
    public void What_is_none_is_refused_with_the_rule(string text)
    {
        Assert.False(DeadlineText.IsValid(text));
        var refused = Assert.Throws<ArgumentException>(() => DeadlineText.Seconds(text, Job, Now));
        Assert.Equal($"deadline is '{text}': {DeadlineText.Rule}.", refused.Message);
    }

    [Fact]
    public void A_time_without_an_offset_is_one_of_this_machine()
    {
        var text = DeadlineText.WithOffset("2026-11-29T09:00");
        var local = new DateTimeOffset(new DateTime(2026, 11, 29, 9, 0, 0, DateTimeKind.Local));
        Assert.Equal((local - Job.StartedAt).TotalSeconds - 600, DeadlineText.Seconds(text, Job, Now), 6);
        Assert.Equal("+30m", DeadlineText.WithOffset("+30m"));
    }
}
