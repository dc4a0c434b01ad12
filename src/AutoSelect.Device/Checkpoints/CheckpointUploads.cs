using AutoSelect.Checkpoints;
using AutoSelect.Contracts;

namespace AutoSelect.Device.Checkpoints;

/// <summary>
/// Brings files of one segment into a store while training goes on: one at a time, in order, each tried until it is there. A checkpoint
/// that still waits, or that the store has not taken, makes way for a newer one. What the store has is told; until then the older one is in
/// force.
/// </summary>
/// <param name="stores">Opens the store.</param>
/// <param name="from">The trial's checkpoint in the store at the beginning; null for none of its own.</param>
/// <param name="audience">Is told.</param>
/// <param name="time">Clock of the waits between attempts.</param>
internal sealed class CheckpointUploads(CheckpointStores stores, Checkpoint? from, IUploadAudience audience, TimeProvider time)
    : IDisposable
{
    private readonly Lock mutex = new();
    private readonly List<Upload> waiting = [];
    private readonly CancellationTokenSource given = new();
    private readonly StoredCheckpoints stored = new(from);
    private Upload? running;
    private Upload? newest;
    private string fault = "";
    private Task loop = Task.CompletedTask;

    /// <summary>The newest checkpoint that the store has.</summary>
    public Checkpoint? Newest
    {
        get
        {
            lock (mutex) return stored.Newest;
        }
    }

    /// <summary>Step of the oldest local file of a checkpoint that is still needed; the greatest number where only the newest is.</summary>
    public long OldestNeeded
    {
        get
        {
            lock (mutex) return running?.Checkpoint?.Step ?? long.MaxValue;
        }
    }

    /// <summary>Has a file brought to the store; returns at once. A checkpoint that is there or on its way already stays so.</summary>
    public void Add(Upload upload)
    {
        lock (mutex)
        {
            if (given.IsCancellationRequested || upload == newest) return;
            if (upload.Checkpoint is not null)
            {
                foreach (var older in waiting.Where(u => u.Checkpoint is not null)) TryDelete(older);
                waiting.RemoveAll(u => u.Checkpoint is not null);
                newest = upload;
            }
            waiting.Add(upload);
            if (running is not null) return;
            running = Take();
            var first = running!;
            loop = Task.Run(() => Run(first, given.Token));
        }
    }

    /// <summary>Waits until the store has all there is.</summary>
    /// <param name="patience">For how long; what is not there by then is given up.</param>
    /// <param name="abandoned">Gives up at once.</param>
    /// <returns>Why something is not there; null where all is.</returns>
    public async Task<string?> Finish(TimeSpan patience, CancellationToken abandoned)
    {
        try
        {
            await loop.WaitAsync(patience, time, abandoned);
            return null;
        }
        catch (TimeoutException)
        {
            await GiveUp();
            return fault.Length > 0 ? fault : $"the store did not take it in {patience.TotalSeconds:0} s";
        }
        catch (OperationCanceledException)
        {
            await GiveUp();
            return "it was given up";
        }
    }

    /// <summary>Ends what runs and forgets what waits.</summary>
    public async Task GiveUp()
    {
        await given.CancelAsync();
        await loop;
    }

    public void Dispose()
    {
        GiveUp().GetAwaiter().GetResult();
        given.Dispose();
    }

    private async Task Run(Upload first, CancellationToken ct)
    {
        var wait = new Backoff();
        try
        {
            for (Upload? upload = first; upload is not null;)
            {
                var reason = await TryWrite(upload, ct);
                Tell(reason);
                if (reason.Length == 0)
                {
                    wait = new Backoff();
                    await Stored(upload, ct);
                }
                else await Task.Delay(wait.Next(), time, ct);
                upload = Next(upload, isDone: reason.Length == 0);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // Given up: nobody waits for it any more.
        }
    }

    /// <returns>Why it is not there; empty where it is.</returns>
    private async Task<string> TryWrite(Upload upload, CancellationToken ct)
    {
        try
        {
            var (store, name) = stores.Locate(upload.Uri);
            await using var file = new FileStream(
                upload.Path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0, useAsync: true);
            await store.Write(name, file, upload.Digest, ct);
            return "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private async Task Stored(Upload upload, CancellationToken ct)
    {
        if (upload.Checkpoint is not { } checkpoint) return;
        lock (mutex) checkpoint = stored.Add(checkpoint);
        audience.OnStored(checkpoint);
        await Prune(ct);
    }

    /// <summary>What is to be written now: after a failure the same again, unless it is a checkpoint and there is a newer one.</summary>
    private Upload? Next(Upload upload, bool isDone)
    {
        lock (mutex)
        {
            if (!isDone && (upload.Checkpoint is null || upload == newest)) return upload;
            if (upload != newest) TryDelete(upload);
            return running = Take();
        }
    }

    private Upload? Take()
    {
        if (waiting is not [var next, ..]) return null;
        waiting.RemoveAt(0);
        return next;
    }

    private void Tell(string reason)
    {
        if (reason == fault) return;
        fault = reason;
        audience.OnStoreFault(reason);
    }

    private static void TryDelete(Upload upload)
    {
        try
        {
            File.Delete(upload.Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A leftover costs disk space only, and goes with the folder.
        }
    }

    private async Task Prune(CancellationToken ct)
    {
        List<Checkpoint> old;
        lock (mutex) old = stored.TakeUnneeded(audience.StoredCheckpointStep);
        foreach (var checkpoint in old)
        {
            try
            {
                var (store, name) = stores.Locate(checkpoint.Uri);
                await store.Remove(name, ct);
            }
            catch (CheckpointStoreException)
            {
                // It goes with the trial's others once nobody needs them.
            }
        }
    }
}
