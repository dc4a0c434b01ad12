using System.CommandLine;
using System.Text.Json;
using AutoSelect.Contracts;
using AutoSelect.Selection.History;
using AutoSelect.Selection.Replay;
using AutoSelect.Selection.Replay.Import;

namespace AutoSelect.Host.Commands;

/// <summary><c>autoselect prior</c>: the recording that comes with AutoSelect.</summary>
internal static class PriorCommand
{
    public static Command Create(CommandTree tree) =>
        new("prior", "Shows or builds the recording that jobs learn from before their store has runs of its own.")
        {
            Show(tree), Build(tree),
        };

    private static Command Show(CommandTree tree)
    {
        var file = new Option<string?>("--out")
        {
            Description = "Write the recording there, as it comes with AutoSelect.",
            HelpName = "FILE",
        };
        return tree.Bind(new Command("show", "What is in it, with sources and licences.") { file }, async (parsed, input) =>
        {
            var hash = Histories.Sha256(ShippedPrior.Bytes.Span);
            if (parsed.GetValue(file) is { } path) await File.WriteAllBytesAsync(path, ShippedPrior.Bytes.ToArray());
            var sources = ShippedPrior.History.All.GroupBy(c => c.Origin).OrderBy(g => g.Key, StringComparer.Ordinal)
                .Select(g => new
                {
                    Origin = g.Key,
                    Curves = g.Count(),
                    Workloads = g.Select(c => c.Workload).Distinct().Order(StringComparer.Ordinal).ToArray(),
                    Strategies = g.Select(c => c.Algorithm).Distinct().Order(StringComparer.Ordinal).ToArray(),
                }).ToList();
            var output = tree.Surroundings.Terminal.Output;
            if (input.Json)
            {
                output.WriteLine(JsonSerializer.Serialize(
                    new { Sha256 = hash, Bytes = ShippedPrior.Bytes.Length, Sources = sources }, RecordJson.Indented));
                return ExitCodes.ObjectiveMet;
            }
            output.WriteLine($"{sources.Sum(s => s.Curves)} curves, {ShippedPrior.Bytes.Length} bytes, SHA-256 {hash}");
            foreach (var source in sources)
                output.WriteLine($"{source.Origin}: {source.Curves} curves\n  workloads: {string.Join(", ", source.Workloads)}\n"
                    + $"  algorithms: {string.Join(", ", source.Strategies)}");
            return ExitCodes.ObjectiveMet;
        });
    }

    private static Command Build(CommandTree tree)
    {
        var sources = new Argument<string[]>("SOURCE")
        {
            Description = "Recordings: of AlgoPerf as replay import writes them, of exhaustive runs as export writes them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var without = new Option<string[]>("--without")
        {
            Description = "Data sets of which no run may be in it.",
            HelpName = "DATASET",
            AllowMultipleArgumentsPerToken = true,
        };
        var points = new Option<int>("--points")
        {
            Description = "About how many points of a curve are kept, at least 2.",
            DefaultValueFactory = _ => 16,
        };
        var file = ImportCommand.Out();
        return tree.Bind(new Command("build", "Makes such a recording: thinned curves with sources and licences.")
        {
            sources, without, points, file,
        }, (parsed, input) =>
        {
            var most = parsed.GetValue(points);
            if (most < 2) throw new CommandFault(ExitCodes.BadInput, $"--points is '{most}': it must be at least 2.");
            var curves = parsed.GetValue(sources)!.SelectMany(s => ReplayCommand.Read(s));
            var made = PriorRecording.Make(curves, parsed.GetValue(without) ?? [], most);
            return ImportCommand.Write(tree, input, parsed.GetValue(file)!, made);
        });
    }
}
