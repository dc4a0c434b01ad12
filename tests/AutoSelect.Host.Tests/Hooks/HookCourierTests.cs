using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AutoSelect.Api.Hooks;
using AutoSelect.Contracts;
using AutoSelect.Host.Control.Hooks;
using AutoSelect.Host.Tests.Api;
using AutoSelect.Host.Tests.Retention;
using AutoSelect.Jobs;
using AutoSelect.Storage;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Host.Tests.Hooks;

/// <summary>Notices of jobs' ends, over a real store and real sockets.</summary>
public sealed class HookCourierTests
{
    private FakeTimeProvider time = new(SampleJob.StartedAt.AddHours(1));

    [Fact]
    public async Task The_end_of_a_job_is_told_once_with_a_signature_that_can_be_checked()
    {
        await using var receiver = await Receiver.Start();
        await using var job = await StoredJob.Create(SampleJob.Completed, s => s with { Notify = receiver.Address.ToString() });
        await using var keys = new SqliteKeyStore(job.Paths.Keys);
        await using (Courier(job, keys, HookRules.Loopback)) Assert.True(await receiver.Next());
        var record = await job.Record();
        Assert.Equal((HookState.Delivered, 1), (record.Hook!.State, record.Hook.Attempt));
        Assert.False((await job.Jobs.Find(job.Id))!.AwaitsHook);

        var (headers, body) = Assert.Single(receiver.Taken);
        var notice = JsonSerializer.Deserialize<JobEndedNotice>(body, RecordJson.Options)!;
        Assert.Equal(
            ("job.ended", job.Id, JobPhase.Completed, true, "nadamw-b64", "https://jobs.example/v1/jobs/toy-1"),
            (notice.Type, notice.Job, notice.Outcome, notice.ObjectiveMet, notice.Winner, notice.Link));
        // As a receiver does it, by what its operator was given.
        var secret = (await HookSecrets.Of(keys, JobSpec.DefaultProject)).Secret;
        var signed = Encoding.UTF8.GetBytes($"{headers["webhook-id"]}.{headers["webhook-timestamp"]}.{body}");
        var mac = HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), signed);
        Assert.Equal("v1," + Convert.ToBase64String(mac), headers["webhook-signature"]);
        Assert.Equal(time.GetUtcNow().ToUnixTimeSeconds(), long.Parse(headers["webhook-timestamp"]!, CultureInfo.InvariantCulture));
        Assert.NotEqual(secret, (await HookSecrets.Of(keys, "other")).Secret);

        await using (Courier(job, keys, HookRules.Loopback)) { }
        Assert.Single(receiver.Taken);
    }

    [Fact]
    public async Task What_failed_is_told_again_also_by_the_next_process_with_the_same_id_and_at_last_given_up()
    {
        await using var receiver = await Receiver.Start();
        receiver.Answer = _ => (500, null);
        await using var job = await StoredJob.Create(SampleJob.Completed, s => s with { Notify = receiver.Address.ToString() });
        await using var keys = new SqliteKeyStore(job.Paths.Keys);
        for (var attempt = 1; attempt <= HookPlan.MostAttempts; attempt++)
        {
            await using (Courier(job, keys, HookRules.Loopback)) Assert.True(await receiver.Next());
            // Too early: nothing is sent.
            await using (Courier(job, keys, HookRules.Loopback)) { }
            Assert.Equal(attempt, receiver.Taken.Count);
            time.Advance(HookPlan.FirstPause * Math.Pow(3, attempt - 1));
        }
        var record = await job.Record();
        Assert.Equal((HookState.GivenUp, HookPlan.MostAttempts), (record.Hook!.State, record.Hook.Attempt));
        Assert.Equal("127.0.0.1 answered 500", record.Hook.Reason);
        Assert.Single(receiver.Taken.Select(t => t.Headers["webhook-id"]).Distinct());
        Assert.False(record.AwaitsHook);
    }

    [Fact]
    public async Task One_whose_sender_went_away_is_told_again_after_a_while()
    {
        await using var receiver = await Receiver.Start();
        await using var job = await StoredJob.Create(
            SampleJob.Completed.Then(31, new HookTold(HookState.Sending, 1)), s => s with { Notify = receiver.Address.ToString() });
        await using var keys = new SqliteKeyStore(job.Paths.Keys);
        time = new((await job.Record()).Hook!.At.AddSeconds(30));
        await using (Courier(job, keys, HookRules.Loopback)) { }
        Assert.Empty(receiver.Taken);
        time.Advance(HookPlan.LongestSending);
        await using (Courier(job, keys, HookRules.Loopback)) { }
        Assert.Equal((HookState.Delivered, 2), ((await job.Record()).Hook!.State, (await job.Record()).Hook!.Attempt));
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("localhost")]
    public async Task An_address_that_is_not_public_is_connected_to_only_where_an_operator_allows_it(string host)
    {
        await using var receiver = await Receiver.Start();
        var address = new UriBuilder(receiver.Address) { Host = host }.Uri.ToString();
        await using var job = await StoredJob.Create(SampleJob.Completed, s => s with { Notify = address });
        await using var keys = new SqliteKeyStore(job.Paths.Keys);
        await using (Courier(job, keys, HookRules.Public)) { }
        var record = await job.Record();
        Assert.Equal((HookState.GivenUp, 1), (record.Hook!.State, record.Hook.Attempt));
        // What a name leads to here is nobody's business who reads the job.
        Assert.StartsWith($"{host} leads to an address that is not public", record.Hook.Reason);
        Assert.DoesNotContain("hush", record.Hook.Reason);
        Assert.Empty(receiver.Taken);
        await using var other = await StoredJob.Create(SampleJob.Completed, s => s with { Notify = receiver.Address.ToString() });
        await using (Courier(other, keys, HookRules.Parse(["127.0.0.0/8"]))) { }
        Assert.Single(receiver.Taken);
    }

    [Fact]
    public async Task No_redirection_is_followed_and_410_ends_it()
    {
        await using var elsewhere = await Receiver.Start();
        await using var receiver = await Receiver.Start();
        receiver.Answer = n => n == 1 ? (307, elsewhere.Address.ToString()) : (410, null);
        await using var job = await StoredJob.Create(SampleJob.Completed, s => s with { Notify = receiver.Address.ToString() });
        await using var keys = new SqliteKeyStore(job.Paths.Keys);
        await using (Courier(job, keys, HookRules.Loopback)) { }
        Assert.Equal("127.0.0.1 answered 307: redirections are not followed", (await job.Record()).Hook!.Reason);
        time.Advance(HookPlan.FirstPause);
        await using (Courier(job, keys, HookRules.Loopback)) { }
        Assert.Equal(HookState.GivenUp, (await job.Record()).Hook!.State);
        Assert.Empty(elsewhere.Taken);
    }

    [Fact]
    public async Task A_job_that_goes_on_and_one_that_names_nobody_are_not_told_of()
    {
        await using var receiver = await Receiver.Start();
        await using var running = await StoredJob.Create(SampleJob.Committed, s => s with { Notify = receiver.Address.ToString() });
        await using var keys = new SqliteKeyStore(running.Paths.Keys);
        await using var silent = await StoredJob.Create(SampleJob.Completed);
        foreach (var job in (StoredJob[])[running, silent])
        {
            await using (Courier(job, keys, HookRules.Loopback)) { }
            Assert.Null((await job.Record()).Hook);
        }
        Assert.Empty(receiver.Taken);
    }

    [Fact]
    public async Task A_job_that_cannot_be_read_breaks_no_notice_of_others_off()
    {
        await using var receiver = await Receiver.Start();
        await using var store = await StoredJob.Create(SampleJob.Completed, s => s with { Notify = receiver.Address.ToString() });
        var others = new List<JobId>();
        for (var i = 0; i < 12; i++) others.Add(await Add(store, receiver, $"p{i % 5}"));
        await using var keys = new SqliteKeyStore(store.Paths.Keys);
        var damaged = new DamagedJob(store.Jobs, store.Id);
        await using (new HookCourier(
            damaged, keys, HookRules.Loopback, new Uri("https://jobs.example"), time, NullLogger<HookCourier>.Instance)) { }
        Assert.Equal(12, receiver.Taken.Count);
        foreach (var job in others)
            Assert.Equal((HookState.Delivered, 1), await Standing(store.Jobs, job));
        Assert.Null((await store.Record()).Hook);
        // It is not read again at each look.
        Assert.Equal(1, damaged.Reads);
    }

    [Fact]
    public async Task A_project_whose_receiver_does_not_answer_keeps_no_other_one_waiting()
    {
        await using var silent = await Receiver.Start();
        await using var receiver = await Receiver.Start();
        var answers = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        silent.Before = answers.Task;
        await using var store = await StoredJob.Create(SampleJob.Completed);
        for (var i = 0; i < 30; i++) await Add(store, silent, "noisy");
        var job = await Add(store, receiver, "quiet");
        await using var keys = new SqliteKeyStore(store.Paths.Keys);
        await using (Courier(store, keys, HookRules.Loopback))
        {
            try
            {
                Assert.True(await receiver.Next());
                Assert.InRange(silent.Taken.Count, 0, 2);
            }
            finally
            {
                answers.SetResult();
            }
        }
        Assert.Equal((HookState.Delivered, 1), await Standing(store.Jobs, job));
    }

    private static Task<JobId> Add(StoredJob store, Receiver receiver, string project) => new KeptJobs(store.Jobs, store.Paths).Add(
        SampleJob.Completed, days: 1, s => s with { Notify = receiver.Address.ToString(), Project = project });

    private static async Task<(HookState, int)> Standing(IJobStore jobs, JobId job)
    {
        var hook = JobFold.FromEvents(await jobs.Changes(job, 0))!.Hook!;
        return (hook.State, hook.Attempt);
    }

    /// <summary>Looks once when it starts and once when it is disposed of.</summary>
    private HookCourier Courier(StoredJob job, IKeyStore keys, HookRules rules) =>
        new(job.Jobs, keys, rules, new Uri("https://jobs.example"), time, NullLogger<HookCourier>.Instance);
}
