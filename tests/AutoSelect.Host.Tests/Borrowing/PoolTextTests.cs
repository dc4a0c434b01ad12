using AutoSelect.Contracts;
using AutoSelect.Host.Commands;
using AutoSelect.Planning.Previews;

namespace AutoSelect.Host.Tests.Borrowing;

public sealed class PoolTextTests
{
    private static readonly DateTimeOffset now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly DeviceOrigin origin = new("campus", "spare", 0.02);

    [Fact]
    public void The_pool_shows_what_is_borrowed_from_whom_at_what_price_and_what_is_asked_for()
    {
        var output = new StringWriter { NewLine = "\n" };
        var status = new BorrowingStatus
        {
            At = now,
            Devices =
            [
                Lent("autoselect-c1-a", BorrowStage.InUse), Lent("autoselect-c1-b", BorrowStage.Ending),
                Lent("autoselect-c1-c", BorrowStage.Queued) with { ExpectedStart = now.AddSeconds(90) },
                Lent("autoselect-c1-d", BorrowStage.Starting),
            ],
            Refusals = [new NotLent { Job = new JobId("toy-1"), Provider = "campus", Class = "spare", Reason = "it is too late" }],
            Faults = ["campus does not answer"],
        };
        PoolText.Write(
            [Own("here-cpu0"), Borrowed("autoselect-c1-a", new JobId("toy-1")), Borrowed("autoselect-c1-b", null)], status, output);
        Assert.Equal(
            """
            device           kind  model  bf16          from          price  state
            here-cpu0        cpu   any    not measured  own           -      free
            autoselect-c1-a  cpu   any    not measured  campus/spare  0.02   used by toy-1
            autoselect-c1-b  cpu   any    not measured  campus/spare  0.02   ending

            asked for        kind  from          price  state
            autoselect-c1-c  cpu   campus/spare  0.02   waits, to start in 1 min 30 s
            autoselect-c1-d  cpu   campus/spare  0.02   starts, for 10.0 s

            Not borrowed from campus of class spare for toy-1: it is too late.
            campus does not answer

            """.ReplaceLineEndings("\n"), output.ToString());
    }

    [Fact]
    public void A_preview_says_what_would_be_borrowed_when_it_would_be_ready_and_why_not()
    {
        var output = new StringWriter { NewLine = "\n" };
        BorrowingPreviewText.Write(new BorrowingPreview
        {
            Wanted = 4,
            Own = 1,
            UsefulSeconds = 600,
            Devices =
            [
                new ForeseenDevices
                {
                    Count = 2, Origin = origin, Kind = DeviceKind.Cpu, QueueSeconds = 30, ReadySeconds = 45, LentSeconds = 570,
                },
            ],
            Refusals = [new NotLent { Provider = "campus", Class = "spare", Reason = "no more than 2 devices may be borrowed at once" }],
            Faults = [],
        }, output);
        Assert.Equal(
            """

            Of 4 devices that it has a use for, 1 would be own and free. More are reckoned to be of use for 10 min.
            Borrowed would be:
            devices  from    class  kind  price  queue   ready in  lent for
            2        campus  spare  cpu   0.02   30.0 s  45.0 s    9 min 30 s
            Not borrowed from campus of class spare: no more than 2 devices may be borrowed at once.

            """.ReplaceLineEndings("\n"), output.ToString());
    }

    private static PoolDevice Own(string id) =>
        new(new DeviceDescription { Id = new DeviceId(id), Kind = DeviceKind.Cpu, Index = 0, Model = "any", Host = "any" }, null);

    private static PoolDevice Borrowed(string id, JobId? job) => new(
        Own(id).Device with { Origin = origin },
        job is null ? null : new LeaseInForce(new DeviceId(id), job, now, origin.Provider, origin.Price));

    private static LentDevice Lent(string id, BorrowStage stage) => new()
    {
        Device = new DeviceId(id),
        Kind = DeviceKind.Cpu,
        Origin = origin,
        Stage = stage,
        Since = now.AddSeconds(-10),
    };
}
