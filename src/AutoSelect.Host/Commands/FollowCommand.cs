using System.CommandLine;
using System.Runtime.CompilerServices;
using AutoSelect.Contracts;
using AutoSelect.Host.Api;
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
            var surroundings = tree.Surroundings;
            var record = await surroundings.Find(input, parsed.GetValue(job)!);
            using var running = record.HasEnded ? null : await ApiClient.Connect(input.Store);
            if (running is null)
                surroundings.Terminal.Error.WriteLine($"Nobody runs job '{record.Id}': {JobCommands.Unattended(record)}");
            var follower = new JobFollower(surroundings, input) { Since = parsed.GetValue(since) };
            return await follower.Show(Updates(surroundings, input.Store, record.Id, running, surroundings.Interruption.Requested));
        });
    }

    /// <summary>What is stored, and then what the running process tells, to the job's end or a pause.</summary>
    private static async IAsyncEnumerable<JobUpdate> Updates(
        Surroundings surroundings, string store, JobId job, ApiClient? running, [EnumeratorCancellation] CancellationToken ct)
    {
        var stored = await surroundings.Archive.Events(store, job);
        var record = JobFold.FromEvents(stored)!;
        yield return new JobUpdate(record, stored);
        if (running is null || IsOver(record)) yield break;
        await foreach (var e in running.Events(job, record.Version, ct))
        {
            record = JobFold.Apply(record, e);
            yield return new JobUpdate(record, [e]);
            if (IsOver(record)) yield break;
        }
        // The process went away: what it stored at last was perhaps not told.
        stored = await surroundings.Archive.Events(store, job, record.Version);
        if (stored.Count > 0) yield return new JobUpdate(stored.Aggregate(record, JobFold.Apply), stored);
    }

    private static bool IsOver(JobRecord record) => record.HasEnded || record.Phase == JobPhase.Paused;
}
