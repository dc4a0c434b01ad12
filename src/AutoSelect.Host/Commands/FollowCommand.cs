using System.CommandLine;
using System.Runtime.CompilerServices;
using AutoSelect.Client;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Jobs;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect follow JOB</c></summary>
internal static class FollowCommand
{
    public static Command Create(CommandTree tree)
    {
        var job = new Argument<string>("JOB") { Description = "Id of a job." };
        var since = new Option<long>("--since")
        {
            Description = "Tell only what came after the event of this number, as --json lines have it.",
            HelpName = "N",
        };
        since.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !(long.TryParse(token.Value, out var number) && number >= 0))
                result.AddError($"--since is '{token.Value}': it must be an integer of at least 0.");
        });
        const string Summary =
            "Follows a job that runs in another terminal, to its end or a pause; Ctrl-C ends only that. The exit code is the job's.";
        return tree.Bind(new Command("follow", Summary) { job, since }, async (parsed, input) =>
        {
            var record = await tree.Surroundings.Find(input, parsed.GetValue(job)!);
            return await Follow(tree.Surroundings, input, record.Id, parsed.GetValue(since));
        });
    }

    /// <summary>Shows a job that a server or another process runs, or that nobody does.</summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> Follow(Surroundings surroundings, CommandInput input, JobId job, long since)
    {
        var record = await surroundings.Find(input, job.Value);
        using var running = record.HasEnded ? null : await input.Connect();
        if (running is null && !(record.HasEnded && input.Server is not null))
            surroundings.Terminal.Error.WriteLine($"Nobody runs job '{record.Id}': {UnattendedControl.Why(record)}");
        var follower = new JobFollower(surroundings, input) { Since = since };
        return await follower.Show(Updates(surroundings, input, record.Id, running, surroundings.Interruption.Requested));
    }

    /// <summary>What is stored, and then what the running process tells, to the job's end or a pause.</summary>
    private static async IAsyncEnumerable<JobUpdate> Updates(
        Surroundings surroundings, CommandInput input, JobId job, ApiClient? running, [EnumeratorCancellation] CancellationToken ct)
    {
        var stored = await surroundings.Archive.Events(input.Store, job);
        var record = JobFold.FromEvents(stored)!;
        yield return new JobUpdate(record, stored);
        if (running is null || IsOver(record)) yield break;
        await foreach (var e in Events(input, running, job, record.Version, ct))
        {
            record = JobFold.Apply(record, e);
            yield return new JobUpdate(record, [e]);
            if (IsOver(record)) yield break;
        }
        // The process went away: what it stored at last was perhaps not told.
        stored = await surroundings.Archive.Events(input.Store, job, record.Version);
        if (stored.Count > 0) yield return new JobUpdate(stored.Aggregate(record, JobFold.Apply), stored);
    }

    /// <summary>A server comes again, and the job goes on without it; a process that ends has its job stand.</summary>
    private static IAsyncEnumerable<JobEvent> Events(
        CommandInput input, ApiClient running, JobId job, long since, CancellationToken ct) => input.Server is null
            ? running.FollowEvents(job, since, ct) : new EventFollower(running, TimeProvider.System).Follow(job, since, ct);

    private static bool IsOver(JobRecord record) => record.HasEnded || record.Phase == JobPhase.Paused;
}
