using System.CommandLine;
using AutoSelect.Host.Imports;
using AutoSelect.Planning.JobFiles;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect replay import optuna FILE</c></summary>
internal static class ImportOptunaCommand
{
    public static Command Create(CommandTree tree)
    {
        var storage = new Argument<string>("FILE") { Description = "SQLite file of an RDB storage, or the log of a journal storage." };
        var study = new Option<string?>("--study") { Description = "The only study to import; default all.", HelpName = "NAME" };
        var algorithm = new Option<string?>("--algorithm-parameter")
        {
            Description = "Categorical parameter that names the training algorithm; default the study's name.",
            HelpName = "NAME",
        };
        var metric = new Option<string>("--metric") { Description = "What the reported values are.", DefaultValueFactory = _ => "value" };
        var target = new Option<double?>("--target") { Description = "Value to reach; default none." };
        var (budget, file) = (ImportCommand.BudgetSeconds(), ImportCommand.Out());
        return tree.Bind(new Command(
            "optuna", "Imports intermediate values of Optuna studies.") { storage, study, algorithm, metric, target, budget, file },
            (parsed, input) =>
        {
            var reading = new OptunaReading
            {
                AlgorithmParameter = parsed.GetValue(algorithm),
                Metric = parsed.GetValue(metric)!,
                Target = parsed.GetValue(target),
                BudgetSeconds = parsed.GetValue(budget),
            };
            var path = parsed.GetValue(storage)!;
            return ImportCommand.Write(
                tree, input, parsed.GetValue(file)!, ImportCommand.Read(path, () => Read(path, parsed.GetValue(study), reading)));
        });
    }

    private static ImportedCurves Read(string path, string? name, OptunaReading reading)
    {
        var storage = OptunaDatabase.IsDatabase(path) ? OptunaDatabase.Read(path) : OptunaJournal.Read(path);
        if (storage.Studies.Count == 0) throw new InvalidDataException($"{path}: no study: an Optuna storage to import has at least one.");
        var studies = name is null ? storage.Studies : [.. storage.Studies.Where(s => s.Name == name)];
        if (studies.Count == 0)
            throw new InvalidDataException(
                $"Study '{name}' is not in {path}.{NearestName.Suggest(name!, storage.Studies.Select(s => s.Name))}");
        var imported = OptunaCurves.FromStudies(studies, path, reading);
        return imported with { Notices = [.. storage.Notices, .. imported.Notices] };
    }
}
