using System.Net;
using AutoSelect.Contracts;
using AutoSelect.Storage;

namespace AutoSelect.Api.Tests.Access;

public sealed class AuditTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_audit_log_says_who_did_what_and_what_came_of_it()
    {
        await using var served = await Served.Start();
        using var client = served.Client(await served.Key(KeyRole.Submitter, "mine"));
        var id = (await served.Keys.List())[0].Id;
        var job = await served.Add("mine");
        await client.CancelJob(job, "enough", Cancelled);
        served.Control.Refusal = new InvalidOperationException("It has ended.");
        await Assert.ThrowsAsync<AutoSelect.Client.ApiRefusalException>(() => client.PauseJob(job, ct: Cancelled));
        var entries = served.Audited();
        Assert.Equal(
            [
                ("asked", "cancelJob", null), ("answered", "cancelJob", 202), ("asked", "pauseJob", null), ("answered", "pauseJob", 409),
            ],
            entries.Select(e => (e.Kind, e.Operation, e.Status)));
        Assert.All(entries, e => Assert.Equal((id, "Submitter", "127.0.0.1"), (e.Caller, e.Name, e.From)));
        Assert.Equal($"/v1/jobs/{job}/cancel", entries[0].Path);
        Assert.Equal(entries[0].Request, entries[1].Request);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(served["audit.jsonl"]));
    }

    [Fact]
    public async Task The_audit_log_is_read_in_pages_by_operators_of_all_projects_or_of_one()
    {
        await using var served = await Served.Start();
        using var theirs = served.Client(await served.Key(KeyRole.Operator, "theirs"));
        using var owner = served.Client();
        using var viewer = served.Client(await served.Key(KeyRole.Viewer));
        for (var i = 0; i < 3; i++) await owner.CancelJob(await served.Add(), ct: Cancelled);
        await theirs.CancelJob(await served.Add("theirs"), ct: Cancelled);
        await Assert.ThrowsAsync<AutoSelect.Client.ApiRefusalException>(() => viewer.ReadAudit(ct: Cancelled));

        var read = new List<AuditEntry>();
        for (var page = await owner.ReadAudit(0, 2, Cancelled); page.Entries.Count > 0;
            page = await owner.ReadAudit(page.Next, 2, Cancelled)) read.AddRange(page.Entries);
        Assert.Equal(served.Audited().Select(e => (e.Request, e.Kind)), read.Select(e => (e.Request, e.Kind)));
        Assert.Equal(9, read.Count);
        Assert.Equal(["theirs", "theirs"], (await theirs.ReadAudit(ct: Cancelled)).Entries.Select(e => e.Project));
    }

    [Fact]
    public async Task Nothing_is_done_that_cannot_be_written_down()
    {
        await using var served = await Served.Start();
        using var http = served.Http();
        var job = await served.Add();
        var before = await served.State();
        Directory.CreateDirectory(served["audit.jsonl"]);
        using var answer = await http.PostAsync($"v1/jobs/{job}/cancel", null, Cancelled);
        await answer.IsProblem(HttpStatusCode.ServiceUnavailable, "audit");
        Assert.Equal(before, await served.State());
        using var read = await http.GetAsync($"v1/jobs/{job}", Cancelled);
        Assert.Equal(HttpStatusCode.OK, read.StatusCode);
    }

    [Fact]
    public async Task Entries_are_whole_lines_however_many_are_added_at_once_and_whatever_a_path_holds()
    {
        await using var served = await Served.Start();
        using var file = new AuditFile(served["other.jsonl"]);
        var entry = new AuditEntry
        {
            Time = DateTimeOffset.UnixEpoch,
            Request = "r",
            Kind = "asked",
            Caller = "k",
            Name = "n",
            Operation = "o",
            Path = "/v1/jobs/\n{\"kind\":\"asked\"}",
        };
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => file.Add(entry)));
        Assert.Equal(20, (await File.ReadAllLinesAsync(served["other.jsonl"], Cancelled)).Length);
    }
}
