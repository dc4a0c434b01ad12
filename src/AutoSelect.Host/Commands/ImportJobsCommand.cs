using System.CommandLine;
using AutoSelect.Contracts;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect replay import jobs [JOB…]</c></summary>
internal static class ImportJobsCommand
{
    public static Command Create(CommandTree tree)
    {
        var jobs = new Argument<string[]>("JOB") { Description = "Ids of jobs of the store.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Every job of the store that has ended." };
        var file = ImportCommand.Out();
        return tree.Bind(new Command(
            "jobs", "Imports jobs of AutoSelect's own store, one problem a job, as export writes them.") { jobs, all, file },
            async (parsed, input) =>
        {
            var ids = parsed.GetValue(jobs) ?? [];
            if (ids.Length > 0 == parsed.GetValue(all))
                throw new CommandFault(
                    ExitCodes.BadInput, $"{ids.Length} jobs and {(parsed.GetValue(all) ? "" : "no ")}--all: give ids of jobs or --all.");
            var chosen = parsed.GetValue(all) ? [.. (await tree.Surroundings.Archive.List(input.Store)).Select(j => j.Id.Value)]
                : ids.Distinct().ToArray();
            var records = new List<JobRecord>();
            foreach (var id in chosen) records.Add(await tree.Surroundings.Find(input, id));
            return await ImportCommand.Write(tree, input, parsed.GetValue(file)!, Export(records, onlyEnded: parsed.GetValue(all)));
        });
    }

    private static ImportedCurves Export(IReadOnlyList<JobRecord> records, bool onlyEnded)
    {
        var exports = records.Select(r => (r.Id, Curves: RecordedCurves.Export(r), Reason: Reason(r, onlyEnded))).ToList();
        return new ImportedCurves
        {
            Curves = [.. exports.Where(e => e.Reason is null).SelectMany(e => e.Curves)],
            Skipped = [.. exports.Where(e => e.Reason is not null).Select(e => new ImportNotice($"job '{e.Id.Value}'", e.Reason!))],
        };
    }

    private static string? Reason(JobRecord record, bool onlyEnded) =>
        onlyEnded && !record.HasEnded ? $"phase {record.Phase}: --all takes jobs that have ended."
        : record.Trials.All(t => t.Curve.IsDefaultOrEmpty) ? "no trial has a point: a curve needs at least one."
        : null;
}
