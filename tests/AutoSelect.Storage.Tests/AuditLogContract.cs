using AutoSelect.Contracts;

namespace AutoSelect.Storage.Tests;

/// <summary>What every audit log has to do.</summary>
public abstract class AuditLogContract
{
    [Fact]
    public async Task Entries_are_read_in_order_a_page_at_a_time()
    {
        var log = await Open();
        Assert.Empty((await log.Read(null, 0, 10)).Entries);
        for (var i = 0; i < 5; i++) await log.Add(Entry($"r{i}", i % 2 == 0 ? "a" : "b"));
        var first = await log.Read(null, 0, 3);
        Assert.Equal(["r0", "r1", "r2"], first.Entries.Select(e => e.Request));
        var second = await log.Read(null, first.Next, 3);
        Assert.Equal(["r3", "r4"], second.Entries.Select(e => e.Request));
        Assert.Empty((await log.Read(null, second.Next, 3)).Entries);
        // What is added later is on the page that follows.
        await log.Add(Entry("r5", "a"));
        Assert.Equal(["r5"], (await log.Read(null, second.Next, 3)).Entries.Select(e => e.Request));
        Assert.Equal(Entry("r0", "a"), first.Entries[0]);
    }

    [Fact]
    public async Task Those_of_one_project_are_told_from_others()
    {
        var log = await Open();
        for (var i = 0; i < 6; i++) await log.Add(Entry($"r{i}", i % 3 == 0 ? "a" : "b"));
        Assert.Equal(["r0", "r3"], (await log.Read("a", 0, 10)).Entries.Select(e => e.Request));
        var first = await log.Read("b", 0, 3);
        Assert.Equal(["r1", "r2", "r4"], first.Entries.Select(e => e.Request));
        Assert.Equal(["r5"], (await log.Read("b", first.Next, 3)).Entries.Select(e => e.Request));
        Assert.Empty((await log.Read("c", 0, 10)).Entries);
    }

    protected abstract Task<IAuditLog> Open();

    private static AuditEntry Entry(string request, string project) => new()
    {
        Time = DateTimeOffset.UnixEpoch,
        Request = request,
        Kind = "asked",
        Caller = "k1",
        Name = "ann",
        Project = project,
        Operation = "cancelJob",
        Path = "/v1/jobs/ü\n/cancel",
    };
}
