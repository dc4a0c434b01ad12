using AutoSelect.Testing;

namespace AutoSelect.Storage.Tests;

public sealed class AuditFileTests : AuditLogContract, IDisposable
{
    private readonly TemporaryFolder folder = new();
    private AuditFile? log;

    protected override Task<IAuditLog> Open() => Task.FromResult<IAuditLog>(log = new AuditFile(folder["audit.jsonl"]));

    [Fact]
    public async Task A_line_that_is_being_written_waits_and_one_of_somebody_else_is_left_out()
    {
        var file = await Open();
        await File.WriteAllTextAsync(folder["audit.jsonl"], "nonsense\n{\"time\":", TestContext.Current.CancellationToken);
        var page = await file.Read(null, 0, 10);
        Assert.Empty(page.Entries);
        Assert.Equal("nonsense\n".Length, page.Next);
    }

    public void Dispose()
    {
        log?.Dispose();
        folder.Dispose();
    }
}
