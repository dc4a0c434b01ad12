using AutoSelect.Campaigns.Machine;
using AutoSelect.Campaigns.Storage;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Campaigns.Tests.Storage;

public sealed class CampaignLogTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("campaigns").FullName;
    private readonly FakeTimeProvider time = new(new DateTimeOffset(2026, 11, 29, 8, 0, 0, TimeSpan.Zero));

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void Every_kind_of_event_comes_back_as_it_was()
    {
        CampaignChange[] changes =
        [
            new CampaignBegun(Sample.Spec with { Learning = new(), Stop = new() }, "http://x"),
            new ArmsFound([Sample.Arm("sgd")], "sgd"),
            Sample.Proposed(0, "3", new() { IsOriginal = true, Arms = ["a"], Expected = "a", Chance = 1, Evidence = 0, Surprise = 0 }),
            new PointSubmitted(0, new("job")), new PointGivenUp(0, 0.01, 0, 3, 4),
            new PointEnded(0, Sample.Result(null, "a", 3, "a") with { Value = double.NaN, Curve = [new(1, 2)] }),
            new BaselinePromoted("a", "b", 5, 0, 0.99), new CampaignRequested(CampaignRequest.Pause), new CampaignExtended(3, null),
            new CampaignPaused(), new CampaignEnded(CampaignPhase.Failed, "why"),
        ];
        var written = Log().Append(0, [.. changes]);
        var read = Log().Read();
        Assert.Equal(Enumerable.Range(1, changes.Length).Select(i => (long)i), read.Select(e => e.Number));
        Assert.All(read, e => Assert.Equal(time.GetUtcNow(), e.At));
        Assert.Equal(written.Select(Text), read.Select(Text));
        Assert.Equal(CampaignPhase.Failed, CampaignFold.FromEvents(read)!.Phase);
        Assert.Equal(read.Skip(9).Select(Text), Log().Read(since: 9).Select(Text));
    }

    [Fact]
    public void What_is_off_stays_off()
    {
        Log().Append(0, [new CampaignBegun(Sample.Spec with { Stop = null, Learning = null, Parallel = null, DeviceSeconds = null }, "")]);
        var spec = CampaignFold.FromEvents(Log().Read())!.Spec;
        Assert.Equal((null, null, null, null), (spec.Stop, spec.Learning, spec.Parallel, spec.DeviceSeconds));
    }

    [Fact]
    public void Of_two_writers_the_second_must_read_first()
    {
        var (one, two) = (Log(), Log());
        one.Append(0, [new CampaignBegun(Sample.Spec, "")]);
        Assert.Throws<CampaignConflictException>(() => two.Append(0, [new CampaignBegun(Sample.Spec, "")]));
        two.Append(1, [new CampaignPaused()]);
        Assert.Throws<CampaignConflictException>(() => one.Append(1, [new CampaignPaused()]));
        one.Append(2, [new CampaignRequested(CampaignRequest.Resume)]);
        Assert.Equal(3, two.Read().Length);
    }

    [Fact]
    public void A_line_that_was_cut_off_does_not_count_and_is_written_over()
    {
        Log().Append(0, [new CampaignBegun(Sample.Spec, "")]);
        File.AppendAllText(Log().Path, "{\"number\":2,\"at\":\"2026");
        Assert.Single(Log().Read());
        Log().Append(1, [new CampaignPaused()]);
        Assert.IsType<CampaignPaused>(Log().Read()[1].Change);
    }

    [Fact]
    public void A_line_that_is_no_event_is_told_with_its_number()
    {
        Log().Append(0, [new CampaignBegun(Sample.Spec, "")]);
        File.AppendAllText(Log().Path, "nonsense\n");
        Assert.Contains(
            "line 2 is no event", Assert.Throws<CampaignDamagedException>(() => Log().Read()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void One_process_runs_a_campaign_at_a_time()
    {
        var folder = new CampaignFolder(root, time);
        using (folder.Lock("widths"))
        {
            Assert.False(folder.IsFree("widths"));
            Assert.Contains(
                "run by another process", Assert.Throws<IOException>(() => folder.Lock("widths")).Message, StringComparison.Ordinal);
        }
        Assert.True(folder.IsFree("widths"));
    }

    [Fact]
    public void Campaigns_are_found_by_names_that_are_names()
    {
        var folder = new CampaignFolder(root, time);
        Assert.Empty(folder.All(Assert.Fail));
        folder.Log("widths").Append(0, [new CampaignBegun(Sample.Spec, "")]);
        Assert.Equal("widths", folder.All(Assert.Fail).Single().Spec.Name);
        Assert.NotNull(folder.Find("widths"));
        Assert.Null(folder.Find("other"));
        Assert.Null(folder.Find("../campaigns/widths"));
    }

    private static string Text(CampaignEvent e) => System.Text.Json.JsonSerializer.Serialize(e, Contracts.RecordJson.Options);

    private CampaignLog Log() => new(Path.Combine(root, "x", "events.jsonl"), time);
}
