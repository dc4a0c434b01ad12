using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Host.Control;
using AutoSelect.Host.Control.Retention;
using AutoSelect.Storage;
using AutoSelect.Storage.Postgres;
using Microsoft.Extensions.Logging.Abstractions;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect retention FILE</c></summary>
internal static class RetentionCommand
{
    public static Command Create(CommandTree tree)
    {
        var file = new Argument<string>("FILE")
        {
            Description = "YAML such as \"checkpoints: { olderThan: 30d, moreThan: 500GB }\"; kinds are checkpoints, weights, jobs and "
                + "logs.",
        };
        var database = new Option<string?>("--database")
        {
            Description = $"Connection string of a cluster's database; default ${ServeCommand.DatabaseVariable}, else the store alone.",
            HelpName = "TEXT",
        };
        var shared = new Option<string?>("--shared") { Description = "The cluster's folder; default that of --store.", HelpName = "DIR" };
        var isDry = new Option<bool>("--dry-run") { Description = "Say what would be removed, and remove nothing." };
        const string Summary =
            "Removes what a policy keeps no longer of jobs that have ended; never of others, nor what an unfinished job reads.";
        return tree.Bind(new Command("retention", Summary) { file, database, shared, isDry }, async (parsed, input) =>
        {
            var policy = ReadPolicy(parsed.GetValue(file)!);
            var paths = new ControlPaths(input.Store);
            if (parsed.GetValue(shared) is { } folder) paths = paths with { Shared = Path.GetFullPath(folder) };
            var dry = parsed.GetValue(isDry);
            var connection = parsed.GetValue(database) ?? tree.Surroundings.Variable(ServeCommand.DatabaseVariable);
            var outcome = connection is null ? await InStore(policy, paths, dry) : await InCluster(connection, policy, paths, dry);
            Tell(tree.Surroundings.Terminal.Output, input.Json, outcome, dry);
            return ExitCodes.ObjectiveMet;
        });
    }

    /// <exception cref="CommandFault">It cannot be read, or breaks a rule.</exception>
    public static RetentionPolicy ReadPolicy(string path)
    {
        try
        {
            return RetentionPolicy.ReadFile(path);
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }

    private static async Task<RetentionPlan> InStore(RetentionPolicy policy, ControlPaths paths, bool isDry)
    {
        if (!File.Exists(paths.Database)) throw new CommandFault(ExitCodes.BadInput, $"No job is stored in {paths.Root}.");
        // A process that has the store open writes its logs, and may begin a job that reads what is removed.
        using var locked = isDry ? null : new StoreLock(paths);
        await using var store = SqliteStore.Open(paths.Database);
        return await Carry(store.Jobs, policy, paths, isDry);
    }

    private static async Task<RetentionPlan> InCluster(string connection, RetentionPolicy policy, ControlPaths paths, bool isDry)
    {
        try
        {
            // Logs are each silo's own.
            var jobs = policy with { Limits = policy.Limits.Remove(Kept.Logs) };
            await using var store = await PostgresStore.Open(connection);
            if (isDry) return await Carry(store.Jobs, jobs, paths, isDry);
            return await store.RunAlone(PostgresTask.Retention, () => Carry(store.Jobs, jobs, paths, isDry))
                ?? throw new CommandFault(ExitCodes.Environment, "A silo of the cluster is at it already.");
        }
        catch (ArgumentException e)
        {
            throw new CommandFault(ExitCodes.BadInput, e.Message);
        }
    }

    private static async Task<RetentionPlan> Carry(IJobStore jobs, RetentionPolicy policy, ControlPaths paths, bool isDry)
    {
        IEnumerable<Holding> found = [.. await RetentionFacts.OfJobs(jobs, paths, policy), .. RetentionFacts.Logs(paths, [])];
        var plan = RetentionPlan.Decide(policy, [.. found], TimeProvider.System.GetUtcNow());
        if (isDry) return plan;
        await new JobRemoval(jobs, paths, NullLogger.Instance).Finish(CancellationToken.None);
        var made = await new RetentionRun(jobs, paths, NullLogger.Instance).Carry(plan, CancellationToken.None);
        return plan with { Removals = [.. made] };
    }

    private static void Tell(TextWriter output, bool isJson, RetentionPlan plan, bool isDry)
    {
        var total = plan.Removals.Sum(r => r.Bytes);
        if (isJson)
        {
            output.WriteLine(JsonSerializer.Serialize(
                new { DryRun = isDry, Bytes = total, plan.Removals, plan.Spared }, RecordJson.Options));
            return;
        }
        foreach (var removal in plan.Removals)
            output.WriteLine($"{Name(removal.Kind)} of {removal.Name}, {RetentionPlan.Size(removal.Bytes)}: {removal.Reason}");
        foreach (var spared in plan.Spared) output.WriteLine($"{Name(spared.Kind)} of {spared.Name} stay: {spared.Reason}");
        output.WriteLine($"{plan.Removals.Length} {(isDry ? "would be removed" : "removed")}, {RetentionPlan.Size(total)}.");
    }

    private static string Name(Kept kind) => kind.ToString().ToLowerInvariant();
}
