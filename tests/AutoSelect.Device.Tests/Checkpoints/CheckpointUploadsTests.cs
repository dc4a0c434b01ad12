using System.Security.Cryptography;
using AutoSelect.Checkpoints;
using AutoSelect.Contracts;
using AutoSelect.Device.Checkpoints;
using AutoSelect.Testing;
using AutoSelect.Testing.Checkpoints;
using Microsoft.Extensions.Time.Testing;

namespace AutoSelect.Device.Tests.Checkpoints;

/// <summary>How checkpoints get into a store while training goes on; the store is a stand-in, for its faults.</summary>
public sealed class CheckpointUploadsTests : IAsyncLifetime
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    /// <summary>Longer than the clock runs in that time.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromDays(40);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();
    private readonly CheckpointStores stores = new();
    private readonly FakeTimeProvider time = new();
    private readonly Audience audience = new();
    private readonly CheckpointUploads uploads;
    private S3StandIn server = null!;

    public CheckpointUploadsTests() => uploads = new CheckpointUploads(stores, from: null, audience, time);

    public async ValueTask InitializeAsync()
    {
        AwsCredentials.Set();
        server = await S3StandIn.Start();
    }

    public async ValueTask DisposeAsync()
    {
        await uploads.GiveUp().WaitAsync(Bound, CancellationToken.None);
        uploads.Dispose();
        await server.DisposeAsync();
        stores.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_checkpoint_is_told_once_the_store_has_it_and_nobody_waits_for_it()
    {
        var held = Hold();
        uploads.Add(At(1));
        await held.Asked.Task.WaitAsync(Bound, Ct);
        Assert.True(audience.IsSilent);
        Assert.Null(uploads.Newest);
        held.Release();
        var stored = await audience.Next<Checkpoint>();
        Assert.Equal((1, $"{At(1).Uri}"), (stored.Step, stored.Uri));
        Assert.Equal(File.ReadAllBytes(At(1).Path), server["jobs/t01/1.safetensors"]);
        Assert.Null(await uploads.Finish(Bound, Ct));
    }

    [Fact]
    public async Task One_goes_at_a_time_and_a_newer_one_takes_the_place_of_one_that_waits()
    {
        var held = Hold();
        uploads.Add(At(1));
        await held.Asked.Task.WaitAsync(Bound, Ct);
        uploads.Add(At(2));
        uploads.Add(At(3));
        Assert.Equal(1, uploads.OldestNeeded);
        Assert.False(File.Exists(folder["2.safetensors"]), "what was replaced is still on the disk");
        held.Release();
        Assert.Null(await uploads.Finish(Bound, Ct).WaitAsync(Bound, Ct));
        Assert.Equal(1, (await audience.Next<Checkpoint>()).Step);
        Assert.Equal(3, (await audience.Next<Checkpoint>()).Step);
        Assert.True(audience.IsSilent);
        Assert.Equal(1, held.Most);
        Assert.Equal([folder["3.safetensors"]], Directory.EnumerateFiles(folder.Path));
    }

    [Fact]
    public async Task A_beginning_of_another_trial_is_never_replaced_and_comes_before_later_checkpoints()
    {
        var held = Hold();
        uploads.Add(At(1));
        await held.Asked.Task.WaitAsync(Bound, Ct);
        uploads.Add(At(2) with { Checkpoint = null });
        uploads.Add(At(3));
        uploads.Add(At(4));
        held.Release();
        Assert.Null(await uploads.Finish(Bound, Ct).WaitAsync(Bound, Ct));
        Assert.Equal(["jobs/t01/1.safetensors", "jobs/t01/2.safetensors", "jobs/t01/4.safetensors"],
            server.Requests.Where(r => r.StartsWith("PUT ", StringComparison.Ordinal)).Select(r => r[4..]));
    }

    [Fact]
    public async Task A_failed_upload_is_told_tried_again_and_leaves_the_older_checkpoint_in_force()
    {
        uploads.Add(At(1));
        Assert.Equal(1, (await audience.Next<Checkpoint>()).Step);
        server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(503, "SlowDown"));
        uploads.Add(At(2));
        Assert.Contains("503", await audience.Next<string>(), StringComparison.Ordinal);
        Assert.Equal(1, uploads.Newest!.Step);
        server.Fault = _ => Task.FromResult<StandInFault?>(null);
        var finished = uploads.Finish(Longest, Ct);
        await Pass(finished);
        Assert.Null(await finished);
        Assert.Equal("", await audience.Next<string>());
        var second = await audience.Next<Checkpoint>();
        Assert.Equal((2, 1), (second.Step, second.Before!.Step));
    }

    [Fact]
    public async Task A_newer_checkpoint_is_tried_in_place_of_one_that_the_store_did_not_take()
    {
        server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Drop);
        uploads.Add(At(1));
        await audience.Next<string>();
        uploads.Add(At(2));
        server.Fault = _ => Task.FromResult<StandInFault?>(null);
        await Pass(uploads.Finish(Longest, Ct));
        Assert.Equal(["jobs/t01/2.safetensors"], server.Keys);
    }

    [Fact]
    public async Task What_is_not_there_in_time_is_given_up_with_the_reason()
    {
        server.Fault = _ => Task.FromResult<StandInFault?>(StandInFault.Answer(507, "InsufficientStorage"));
        uploads.Add(At(1));
        await audience.Next<string>();
        var finished = uploads.Finish(TimeSpan.FromMinutes(5), Ct);
        await Pass(finished);
        Assert.Contains("takes no more", await finished, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_is_told_to_abandon_waits_no_longer()
    {
        var held = Hold();
        uploads.Add(At(1));
        await held.Asked.Task.WaitAsync(Bound, Ct);
        using var abandoned = new CancellationTokenSource();
        var finished = uploads.Finish(TimeSpan.FromHours(1), abandoned.Token);
        await abandoned.CancelAsync();
        Assert.NotNull(await finished.WaitAsync(Bound, Ct));
        held.Release();
        Assert.True(audience.IsSilent);
    }

    [Fact]
    public async Task Older_checkpoints_go_but_for_the_one_that_the_control_side_knows_and_the_one_before_it()
    {
        foreach (var step in new[] { 1, 2, 3, 4 })
        {
            // The name of the one before has been stored by then.
            audience.StoredCheckpointStep = step - 1;
            uploads.Add(At(step));
            await uploads.Finish(Bound, Ct).WaitAsync(Bound, Ct);
        }
        Assert.Equal(["jobs/t01/2.safetensors", "jobs/t01/3.safetensors", "jobs/t01/4.safetensors"], server.Keys);
    }

    private Upload At(int step)
    {
        var path = folder[$"{step}.safetensors"];
        byte[] bytes = [.. Enumerable.Repeat((byte)step, 1000)];
        if (!File.Exists(path)) File.WriteAllBytes(path, bytes);
        var local = new Checkpoint { Uri = path, Step = step, Bytes = 1000, Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes)) };
        return Upload.OfCheckpoint(local, CheckpointUri.Below(server.Place, $"t01/{step}.safetensors"), isOwn: true);
    }

    /// <summary>Lets the clock run until something is done.</summary>
    private async Task Pass(Task until)
    {
        using var patience = new CancellationTokenSource(Bound);
        while (!until.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    private HeldRequests Hold()
    {
        var held = new HeldRequests();
        server.Fault = held.Pass;
        return held;
    }
}
